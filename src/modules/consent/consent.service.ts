import { invalid, notFound, Refusal, type Results, UserErrorCode } from '../../graph';
import { englandsDay, globalId, localId, NOBODY } from '../../kernel';
import { sql, type Transaction } from '../../database';
import type { ConsentInput, RecordConsentInput, WithdrawConsentInput } from './consent.type';

const record = sql('consent.record', 'select hub.record_consent($1) as result');
const withdraw = sql('consent.withdraw', 'select hub.withdraw_consent($1) as result');
const findOrganisations = sql('consent.organisations', 'select id from graph.organisation where id = any($1::uuid[])');

/** A sender's clock may be this far ahead, in milliseconds. */
export const CLOCK_TOLERANCE = 5 * 60_000;

/** The present of this transaction: the demo's history sets another. */
export const presentOf = (tx: Transaction) => tx.identity.clock ?? new Date();
/** England's day, as hub.today() has it. */
export const todayOf = (tx: Transaction) => englandsDay(presentOf(tx));

/** A consent as the keepers take it: uuids for organisations. */
export async function consentDraft(
  tx: Transaction,
  consent: ConsentInput,
  path: string[],
): Promise<Record<string, unknown>> {
  if (!consent.givenBy.trim())
    throw Refusal.of(UserErrorCode.CONSENT_REQUIRED, 'Say who gave the consent.', [...path, 'givenBy']);
  if (consent.givenAt.getTime() > presentOf(tx).getTime() + CLOCK_TOLERANCE) {
    throw invalid('Consent cannot have been given in the future.', ...path, 'givenAt');
  }
  return {
    ...consent,
    recipients: consent.recipients && (await organisationIds(tx, consent.recipients, [...path, 'recipients'])),
    exclude: consent.exclude && (await organisationIds(tx, consent.exclude, [...path, 'exclude'])),
    categories: consent.categories ?? [],
  };
}

async function organisationIds(tx: Transaction, ids: string[], path: string[]): Promise<string[]> {
  const wanted = ids.map((id) => localId('org', id));
  // a person reads no directory; the keepers match what she names against her own referrals
  if (tx.identity.kind === 'person') return [...new Set(wanted)];
  const found = new Set((await tx.query<{ id: string }>(findOrganisations, [wanted])).map(({ id }) => id));
  const missing = wanted.findIndex((id) => !found.has(id));
  if (missing >= 0) throw notFound(...path, String(missing));
  return [...new Set(wanted)];
}

/** Consent given and withdrawn. Who may see what changes in the database's keepers; here are the rules of the input. */
export class ConsentService {
  async record(tx: Transaction, input: RecordConsentInput): Promise<Results> {
    const consent = await consentDraft(tx, input.consent, ['input', 'consent']);
    if (input.expiresOn && input.expiresOn < todayOf(tx)) {
      throw invalid('Consent cannot have run out already.', 'input', 'expiresOn');
    }
    const person = localId('per', input.person);
    const { result } = (await tx.one<{ result: { consent: string; barred?: string[] } }>(record, [
      {
        person,
        referral: input.referral == null ? null : localId('ref', input.referral),
        consent,
        expiresOn: input.expiresOn,
      },
    ])) ?? { result: { consent: NOBODY } };
    if (result.barred?.length) {
      const names = result.barred.map((id) => globalId('org', id)).join(', ');
      throw invalid(
        `shareWith does not hold the sector of ${names}, exclude names it, or it has closed.`,
        'input',
        'consent',
        'shareWith',
      );
    }
    return { consent: result.consent, person };
  }

  async withdraw(tx: Transaction, input: WithdrawConsentInput): Promise<Results> {
    const organisations =
      input.organisations && (await organisationIds(tx, input.organisations, ['input', 'organisations']));
    const person = localId('per', input.person);
    const { result } = (await tx.one<{ result: { consent: string | null } }>(withdraw, [
      {
        person,
        referral: input.referral == null ? null : localId('ref', input.referral),
        organisations,
        reason: input.reason,
      },
    ])) ?? { result: { consent: null } };
    return { ...(result.consent && { consent: result.consent }), person };
  }
}
