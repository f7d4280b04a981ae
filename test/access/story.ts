import { type Claims } from '../../src/access';
import { asIdentity, type Identity, sql } from '../../src/database';
import type { TestHub } from '../support/hub';
import { type Caller, callers, network } from '../support/network';
import { adult, consent, nhsNumber } from '../support/people';

/** Global ids of one person's way: referred by the gp, registered elsewhere, referred on to the charity, with the council let in. */
export interface Story {
  /** The person herself, signed in. */
  herself: Claims;
  nhsNumber: string;
  /** As the link worker knows her. */
  person: string;
  referral: string;
  onward: string;
}

export const ods: Record<'gp' | 'practice' | 'linkWorker' | 'charity' | 'council' | 'icb' | 'otherCharity', string> = {
  gp: 'Z81001',
  practice: 'Z81002',
  linkWorker: 'ZPC01',
  charity: 'ZV001',
  council: 'Z999',
  icb: 'ZQ1',
  otherCharity: 'ZV002',
};

/** What the guard is told of a caller, as the authenticator would tell it. */
export async function identityOf(hub: TestHub, caller: Caller): Promise<Identity> {
  const { org } = callers[caller];
  const party = (await hub.organisation(org)).slice(4);
  const sector = network.organisations.find((each) => each.ods === org)?.sector;
  return { kind: 'organisation', party, sector, roles: callers[caller].roles };
}

/** The gp's own record of a person says where she is registered. */
export async function register(hub: TestHub, index: number, practiceOds: string, sender: Caller = 'gp'): Promise<void> {
  const { nhsNumber: number, givenName, familyName, birthDate } = adult(index);
  const person = { nhsNumber: number, givenName, familyName, birthDate, practiceOds, contactPoints: [], needs: [] };
  const record = { system: 'urn:test', externalId: `p-${index}`, recordKind: 'Patient', summary: 'Registered', person };
  await asIdentity(hub.hub.services.database, await identityOf(hub, sender), (tx) =>
    tx.query(sql('test.keep', 'select hub.keep_source_record($1)'), [
      JSON.stringify({ ...record, rawHash: String(index) }),
    ]),
  );
}

export async function refer(hub: TestHub, index: number, more: object = {}): Promise<string> {
  const input = {
    person: adult(index),
    receiver: await hub.organisation(ods.linkWorker),
    reasons: ['bereavement-related-anxiety'],
    route: 'general-practice',
    consent: consent(),
    ...more,
  };
  return (await hub.done('gp', 'createReferral', input))['referral'].id;
}

export async function personOf(hub: TestHub, referral: string, viewer: Caller = 'linkWorker'): Promise<string> {
  const data = await hub.read(viewer, 'query($id: ID!) { referral(id: $id) { person { id } } }', { id: referral });
  return data['referral'].person.id;
}

/** Referral accepted, council in the care team, referred on to the charity, which accepts. */
export async function tellStory(hub: TestHub, index: number): Promise<Story> {
  await register(hub, index, ods.practice);
  const referral = await refer(hub, index, { note: 'Lives alone since the winter.' });
  await hub.done('linkWorker', 'acceptReferral', { referral });
  const person = await personOf(hub, referral);
  await letIn(hub, { person, referral }, ods.council);
  const service = await hub.service({ id: `walks-${index}`, organisation: ods.charity });
  const onward = (
    await hub.done('linkWorker', 'createOnwardReferral', {
      referral,
      service,
      reasons: ['social-engagement-or-isolation'],
      consent: consent(),
    })
  )['referral'].id;
  await hub.done('charity', 'acceptReferral', { referral: onward });
  const number = nhsNumber(index);
  return { herself: { nhs_number: number, roles: [] }, nhsNumber: number, person, referral, onward };
}

/** An organisation joins the care team by consent; gives the consent's id. */
export async function letIn(
  hub: TestHub,
  { person, referral }: { person: string; referral: string },
  organisation: string,
  more: { shareWith?: string[]; expiresOn?: string; by?: Caller | Claims } = {},
): Promise<string> {
  const recipients = [await hub.organisation(organisation)];
  const given = consent(more.shareWith ?? ['SOCIAL_CARE', 'VOLUNTARY'], { recipients, categories: ['care-team'] });
  const input = { person, referral, consent: given, expiresOn: more.expiresOn };
  const payload = await hub.done(more.by ?? 'linkWorker', 'recordConsent', input);
  return payload['consent']?.id;
}

/** Everybody round a story, as the database takes them; and the person it is about. */
export async function everybodyIn(hub: TestHub, { person }: Pick<Story, 'person'>) {
  const as = (caller: Caller) => identityOf(hub, caller);
  const who = {
    gp: await as('gp'),
    practice: await as('otherGp'),
    linkWorker: await as('linkWorker'),
    charity: await as('charity'),
    council: await as('council'),
    stranger: await as('otherCharity'),
    icb: await as('icb'),
    without: await as('withoutAgreement'),
  };
  const herself: Identity = { kind: 'person', party: person.slice(4), roles: [] };
  return { who, herself };
}

export const seenBy = async (hub: TestHub, caller: Caller, id: string) =>
  (await hub.read(caller, 'query($id: ID!) { referral(id: $id) { id } }', { id }))['referral'];

/** Which parties of a story see a referral. */
export async function whoSees(hub: TestHub, id: string): Promise<Caller[]> {
  const seeing: Caller[] = [];
  for (const caller of ['gp', 'otherGp', 'linkWorker', 'charity', 'council'] as const)
    if (await seenBy(hub, caller, id)) seeing.push(caller);
  return seeing;
}
