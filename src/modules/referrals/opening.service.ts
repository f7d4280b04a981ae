import { isValid as isPostcode } from 'postcode';
import { invalid, notFound, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId, newReference } from '../../kernel';
import type { Transaction } from '../../database';
import { consentDraft, todayOf } from '../consent';
import { ageOn, districtOf, obstacles } from '../directory';
import type { ReferralPersonInput } from '../people';
import { ReferralKind } from './referral.enums';
import type { CreateOnwardReferralInput, CreateReferralInput } from './referral.inputs';
import { IllegalTransition } from './referral.inputs';
import * as store from './referral.store';

/** Where a message came from, so that its updates find the referral again, and what only a message says of the person. */
export interface Source {
  system: string;
  id: string;
  /** ODS code of the practice the person is registered with. */
  practiceOds?: string;
  nhsNumberVerified?: boolean;
  /** As sent; a message's postcode need not be complete. */
  postcode?: string;
  inbox?: string;
  rawHash?: string;
}

/** Opens referrals: the rules of the input here, who becomes a party in the database's keeper. */
export class OpeningService {
  async create(tx: Transaction, input: CreateReferralInput): Promise<Results> {
    return { referral: (await this.open(tx, input)).referral };
  }

  async open(tx: Transaction, input: CreateReferralInput, source?: Source): Promise<store.Opened> {
    const kind = input.kind ?? ReferralKind.LINK_WORKER;
    if (kind !== ReferralKind.LINK_WORKER && kind !== ReferralKind.RETURN_TO_GP) {
      throw invalid('Open LINK_WORKER or RETURN_TO_GP here; others have mutations of their own.', 'input', 'kind');
    }
    // an import may bring none that is coded; a person at a form has a list to choose from
    if (!source || input.reasons.length) await checkReasons(tx, input.reasons);
    if (!(await store.knownRoute(tx, input.route))) throw invalid('Not a key of referralRoutes.', 'input', 'route');
    const service = input.service == null ? undefined : await this.serviceOf(tx, input.service);
    const receiver = await this.receiverOf(tx, input, kind, service);
    const { practiceOds, nhsNumberVerified, postcode } = source ?? {};
    const person = { ...personDraft(tx, input.person), practiceOds, nhsNumberVerified, ...(postcode && { postcode }) };
    if (service) checkEligibility(tx, service, input.person.birthDate, input.person.postcode);
    const consent = await consentDraft(tx, input.consent, ['input', 'consent']);
    if (((consent['exclude'] as string[] | null) ?? []).includes(receiver)) {
      throw Refusal.of(UserErrorCode.CONSENT_REQUIRED, 'The person excludes the receiver itself.', [
        'input',
        'consent',
        'exclude',
      ]);
    }
    const reference = newReference();
    const opened = await store.openReferral(tx, {
      kind,
      reference,
      receiver,
      service: service?.id ?? null,
      personId: input.person.id == null ? null : localId('per', input.person.id),
      person,
      record: {
        system: source?.system ?? 'urn:loopwell:api',
        externalId: source?.id ?? reference,
        recordKind: 'Patient',
        summary: 'As sent by the referrer',
        inbox: source?.inbox ?? null,
        rawHash: source?.rawHash ?? null,
      },
      reasons: input.reasons,
      route: input.route,
      consent,
      sourceSystem: source?.system ?? null,
      sourceId: source?.id ?? null,
    });
    if (input.note?.trim()) await store.addNote(tx, opened.referral, input.note, receiver);
    return opened;
  }

  async onward(tx: Transaction, input: CreateOnwardReferralInput): Promise<Results> {
    const parent = await store.lockReferral(tx, localId('ref', input.referral));
    if (!parent) throw notFound('input', 'referral');
    if (!parent.writer)
      throw Refusal.of(UserErrorCode.NOT_PERMITTED, 'Only its receiver refers on.', ['input', 'referral']);
    checkWorking(parent);
    await checkReasons(tx, input.reasons);
    const service = await this.serviceOf(tx, input.service);
    const person = await store.findPerson(tx, parent.person_id);
    checkEligibility(tx, service, person?.birth_date, person?.postcode_district);
    const consent = await consentDraft(tx, input.consent, ['input', 'consent']);
    if (((consent['exclude'] as string[] | null) ?? []).includes(service.organisation_id)) {
      throw Refusal.of(UserErrorCode.CONSENT_REQUIRED, 'The person excludes the provider itself.', [
        'input',
        'consent',
        'exclude',
      ]);
    }
    const opened = await store.openReferral(tx, {
      kind: ReferralKind.ONWARD,
      parent: parent.id,
      reference: newReference(),
      receiver: service.organisation_id,
      service: service.id,
      reasons: input.reasons,
      route: 'link-worker',
      consent,
    });
    if (input.note?.trim()) await store.addNote(tx, opened.referral, input.note, service.organisation_id);
    return { referral: opened.referral };
  }

  private async serviceOf(tx: Transaction, id: string): Promise<store.ServiceOffer> {
    const service = await store.findService(tx, localId('srv', id));
    if (!service) throw notFound('input', 'service');
    return service;
  }

  private async receiverOf(
    tx: Transaction,
    input: CreateReferralInput,
    kind: ReferralKind,
    service?: store.ServiceOffer,
  ): Promise<string> {
    if (input.receiver == null && !service) throw invalid('Name a receiver, or a service.', 'input', 'receiver');
    const id = input.receiver == null ? (service?.organisation_id ?? '') : localId('org', input.receiver);
    const receiver = await store.findReceiver(tx, id);
    if (!receiver) throw notFound('input', 'receiver');
    if (service && service.organisation_id !== receiver.id)
      throw invalid('The service is not offered by this receiver.', 'input', 'service');
    if (kind === ReferralKind.LINK_WORKER && !receiver.receives_referrals) {
      throw invalid(
        'This organisation takes no LINK_WORKER referrals; see Organisation.receivesReferrals.',
        'input',
        'receiver',
      );
    }
    if (kind === ReferralKind.RETURN_TO_GP && receiver.sector !== 'PRIMARY_CARE') {
      throw invalid('A return goes to a general practice.', 'input', 'receiver');
    }
    return receiver.id;
  }
}

export async function checkReasons(tx: Transaction, keys: string[]): Promise<void> {
  if (!keys.length) throw invalid('Give at least one reason.', 'input', 'reasons');
  const known = await store.knownReasons(tx, keys);
  const unknown = keys.findIndex((key, i) => !known.has(key) || keys.indexOf(key) < i);
  if (unknown >= 0)
    throw invalid('Each reason is a key of referralReasons, once.', 'input', 'reasons', String(unknown));
}

/** Work is recorded while the receiver works on the referral. */
export function checkWorking(referral: store.ReferralState, also: readonly string[] = []): void {
  if (referral.status === 'WITHDRAWN') {
    throw Refusal.of(UserErrorCode.CONSENT_WITHDRAWN, 'The person has withdrawn from this referral.', [
      'input',
      'referral',
    ]);
  }
  if (!referral.under_way && !also.includes(referral.status)) {
    throw new Refusal([IllegalTransition.of(referral.status, referral.allowed_actions, ['input', 'referral'])]);
  }
}

/** Eligibility advises; it refuses only for the age or area that the service itself declares, and where it is paused or closed. */
function checkEligibility(
  tx: Transaction,
  service: store.ServiceOffer,
  birthDate: string | null | undefined,
  postcode: string | null | undefined,
): void {
  const age = birthDate ? ageOn(todayOf(tx), birthDate) : undefined;
  const [obstacle] = obstacles(service, { age, district: districtOf(postcode) });
  if (obstacle) throw Refusal.of(UserErrorCode[obstacle.code], obstacle.reason, ['input', 'service']);
}

/** What is said of a person, as the keepers take it. */
export function personDraft(tx: Transaction, person: ReferralPersonInput): object {
  const path = ['input', 'person'];
  if (person.id == null && person.nhsNumber == null && !(person.familyName?.trim() && person.birthDate)) {
    throw invalid('Give an id, an NHS number, or a family name and a birth date.', ...path);
  }
  if (person.birthDate && person.birthDate > todayOf(tx)) {
    throw invalid('A birth date is not in the future.', ...path, 'birthDate');
  }
  if (person.postcode && !isPostcode(person.postcode))
    throw invalid('Not a postcode of the United Kingdom.', ...path, 'postcode');
  return { ...person, id: undefined, contactPoints: person.contactPoints ?? [], needs: person.needs ?? [] };
}
