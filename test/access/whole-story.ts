import { loadProgrammes, programmes } from '../support/programmes';
import type { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { nhsNumber } from '../support/people';
import { until } from '../support/until';
import { ods, refer, type Story, tellStory } from './story';

/** The same way four times, each at another end, so that together every field holds something. */
export interface WholeStory {
  closed: Story;
  /** Both referrals of it wait, and stay open. */
  waiting: Story;
  declined: Story;
  unanswered: Story;
  /** Of the charity. */
  service: string;
  programme: string;
  /** An organisation that is no more. */
  ended: string;
  practitioners: Partial<Record<Caller, string>>;
  /** The events that say that the waiting ones joined a waiting list: all their parties heard of them. */
  joined: { referral: string; onward: string };
  /** Contacts that were missed, on the waiting ones. */
  missed: { referral: string; onward: string };
  /** Of the unanswered root, with the referrer's practice, which has not acknowledged it. */
  escalation: string;
  /** Of the person of the waiting ones. */
  proxy: string;
}

const AT = '2026-03-02T10:00:00Z';

export async function tellWholeStory(hub: TestHub): Promise<WholeStory> {
  const service = await fillDirectory(hub);
  const practitioner = (external: string) =>
    idOf(hub, `select id from hub.practitioner where external_id = '${external}'`, 'pra');
  const [amina, kofi] = [await practitioner('R8101'), await practitioner('R8401')];
  await supportBefore(hub, 1);
  const closed = await tellStory(hub, 1);
  const waiting = await tellStory(hub, 2);
  const declined = await tellStory(hub, 3);
  const unanswered = await tellStory(hub, 4);
  const missed = { referral: '', onward: '' };
  for (const [caller, part, worker, to] of [
    ['linkWorker', 'referral', amina, 'gp'],
    ['charity', 'onward', kofi, 'linkWorker'],
  ] as const) {
    await work(hub, caller, closed[part], worker, to, service);
    const contact = { referral: waiting[part], at: AT, attendance: 'DID_NOT_ATTEND' };
    missed[part] = (await hub.done(caller, 'recordContact', contact))['contact'].id;
    await hub.done(caller, 'placeOnWaitingList', { referral: waiting[part] });
  }
  const escalation = await escalate(hub, unanswered.referral);
  const proxy = await delegate(hub, waiting);
  await standAt(hub, [declined.referral, declined.onward, unanswered.referral, unanswered.onward], 'RECEIVED');
  await hub.done('charity', 'declineReferral', { referral: declined.onward, reason: 'CAPACITY' });
  await hub.done('linkWorker', 'declineReferral', { referral: declined.referral, reason: 'CAPACITY' });
  await fillIn(hub, closed, service);
  const joinedBy = (referral: string) =>
    idOf(
      hub,
      `select id from hub.event where kind = 'WAITING_LIST_JOINED' and referral_id = '${referral.slice(4)}'`,
      'evt',
    );
  return {
    closed,
    waiting,
    declined,
    unanswered,
    service,
    programme: await idOf(hub, "select id from hub.programme where key = 'walking'", 'prg'),
    ended: await idOf(hub, 'select id from hub.organisation where closed_on is not null', 'org'),
    practitioners: { linkWorker: amina, charity: kofi, gp: await practitioner('R8001') },
    joined: { referral: await joinedBy(waiting.referral), onward: await joinedBy(waiting.onward) },
    missed,
    escalation,
    proxy,
  };
}

/** A crisis is taken to the person's practice; nobody there has it in hand yet. */
async function escalate(hub: TestHub, referral: string): Promise<string> {
  const crisis = { referral, practice: await hub.organisation(ods.gp), basis: 'CONSENT', facts: 'Not safe tonight.' };
  return (await hub.done('linkWorker', 'escalateToGp', crisis, 'escalation { id }'))['escalation'].id;
}

/** Somebody may read for the person. */
async function delegate(hub: TestHub, { herself, person }: Story): Promise<string> {
  const expiresOn = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const given = { person, nhsNumber: nhsNumber(91), relationship: 'daughter', scopes: ['READ'], expiresOn };
  return (await hub.done(herself, 'recordProxy', given, 'proxy { id }'))['proxy'].id;
}

/** An earlier referral of the same person, over and done with. */
async function supportBefore(hub: TestHub, index: number): Promise<void> {
  const referral = await refer(hub, index);
  await hub.done('linkWorker', 'acceptReferral', { referral });
  await hub.done('linkWorker', 'closeReferral', { referral, result: 'MOVED' });
}

/**
 * All that a receiver may do for a person, from the first contact to the close. Its text says who wrote it, and to whom («charity to gp»): a test
 * sees from the text alone whether its reader should have it.
 */
async function work(
  hub: TestHub,
  caller: Caller,
  referral: string,
  practitioner: string,
  to: Caller,
  service: string,
): Promise<void> {
  const record = (mutation: string, input: object, selection = '') =>
    hub.done(caller, mutation, { referral, ...input }, selection);
  const contact = {
    at: AT,
    attendance: 'ATTENDED',
    minutes: 50,
    mode: 'telephone',
    barriers: ['COST'],
    note: `«${caller}»`,
  };
  await record('recordContact', contact);
  const slip = (await record('recordContact', contact))['contact'].id;
  const measured = { occasion: 'BASELINE', takenOn: '2026-03-02' };
  const items = ['satisfaction', 'worthwhile', 'happiness', 'anxiety'].map((key) => ({ key, value: 4 }));
  await record('recordMeasurement', { ...measured, instrument: 'ONS4', items });
  const seven = Array.from({ length: 7 }, (_, i) => ({ key: `item-${i + 1}`, value: 3 }));
  await record('recordMeasurement', { ...measured, instrument: 'SWEMWBS', items: seven });
  await record('recordMeasurement', { ...measured, instrument: 'PAM', score: 50 });
  await record('recordMeasurement', { ...measured, instrument: 'UCLA-3', occasion: 'DISCHARGE', score: 4 });
  const misread = (await record('recordMeasurement', { ...measured, instrument: 'UCLA-3', score: 9 }))['measurement']
    .id;
  await record('recordChoices', { choices: [{ service, decision: 'DECLINED', why: `«${caller}»` }] });
  await record('recordPlan', { whatMatters: 'Company', goals: [{ text: 'Walk', baseline: 1, latest: 3 }] });
  await record('recordPreparation', { kind: 'SOCIAL', ready: true, adjustments: `«${caller}»`, at: AT });
  await record('extendSupport', { reason: `«${caller}»`, contacts: 20, until: '2099-01-01' });
  const toOrganisation = await hub.organisation({ gp: ods.gp, linkWorker: ods.linkWorker }[to as 'gp']);
  await record('postMessage', { text: `«${caller} to ${to}»`, to: [toOrganisation] });
  await record('pauseReferral', { note: `«${caller}»` });
  await record('resumeReferral', {});
  for (const entry of [slip, misread, ...(await choicesAndNotes(hub, caller, referral))])
    await hub.done(caller, 'voidEntry', { entry, reason: `«${caller}»` });
  if (caller === 'linkWorker') {
    const escalation = await escalate(hub, referral);
    await hub.done('gp', 'acknowledgeEscalation', { escalation, note: 'Rang her.' }, 'escalation { id }');
    await record('recordSafeguardingNote', { text: `«${caller}»` }, 'recorded');
  }
  await record('assignReferral', { practitioner });
  await record('closeReferral', {
    result: 'GOALS_MET',
    summary: `«${caller}»`,
    selfManagementPlan: 'Walks on Mondays.',
  });
}

/** One of each that this caller wrote. */
async function choicesAndNotes(hub: TestHub, caller: Caller, id: string): Promise<string[]> {
  const query = 'query($id: ID!) { referral(id: $id) { choices { id } notes { id text } } }';
  const { choices, notes } = (await hub.read(caller, query, { id }))['referral'];
  const own = notes.filter(({ text }: { text: string }) => text === `«${caller}»`);
  return [choices[0].id, own[0].id];
}

/** Puts referrals where a test needs them, past the table of transitions. */
export async function standAt(hub: TestHub, referrals: string[], status: string): Promise<void> {
  const ids = referrals.map((id) => id.slice(4));
  await hub.database.asAdmin("set session_replication_role = 'replica'");
  await hub.database.asAdmin('update hub.referral set status = $2 where id = any ($1)', [ids, status]);
  await hub.database.asAdmin('reset session_replication_role');
}

/** Programmes, services, limits, cover, shares and counts, as those who have them say them; gives a service of the charity. */
async function fillDirectory(hub: TestHub): Promise<string> {
  const walking = {
    ...programmes?.[0],
    key: 'walking',
    name: 'Walking',
    organisation: ods.charity,
    endsOn: '2099-01-01',
  };
  const services = [{ organisation: ods.charity, externalId: 'whole' }];
  const described = { organisation: ods.charity, categories: ['volunteering'], areas: [] };
  const service = await hub.service({ ...described, id: 'whole', name: 'Whole' });
  await hub.service({ ...described, id: 'shut', name: 'Shut', accepting: false });
  await loadProgrammes(hub, { programmes: [...(programmes ?? []), { ...walking, services } as never] });
  await hub.done('charity', 'updateCapacity', {
    service,
    placesLeft: 3,
    fundedPlaces: 9,
    volunteers: 2,
    waitingListLength: 2,
  });
  await hub.done('charity', 'setResponseLimit', { service, workingDays: 3 }, 'limit { workingDays }');
  const programme = await idOf(hub, "select id from hub.programme where key = 'walking'", 'prg');
  const parameters = {
    version: 2,
    plannedDays: 30,
    maximumContacts: 12,
    responseDays: 7,
    wouldNotBenefit: 'x',
    note: 'x',
  };
  const rules = [{ kind: 'AGE', minimum: 18, maximum: 99, wording: 'For adults.' }];
  await hub.done('charity', 'publishServiceParameters', { programme, ...parameters, rules });
  const days = { from: '2026-01-01', to: '2099-12-31' };
  const [amina, ben] = await Promise.all(
    ['R8101', 'R8102'].map((each) => idOf(hub, `select id from hub.practitioner where external_id = '${each}'`, 'pra')),
  );
  await hub.done('linkWorker', 'setCover', { practitioner: ben, coveredBy: amina, ...days }, 'cover { from }');
  const practice = await hub.organisation(ods.gp);
  await hub.done('linkWorker', 'setPracticeShare', { practice, practitioner: amina, quota: 30 });
  await hub.done('linkWorker', 'recordSignpost', { service, reasons: ['volunteering'], route: 'drop-in' });
  const unmet =
    'query Unmet { eligibilityCheck(person: { postcode: "HA1 2AB" }, reasons: ["legal-advice"]) { services { id } } }';
  await hub.read('gp', unmet);
  await until('the need is noted', async () => (await hub.database.asAdmin('select from hub.unmet_need')).length > 0);
  await hub.database.asAdmin(
    `insert into hub.organisation (name, sector, closed_on, successor_id) values ('Walkers of Old', 'VOLUNTARY', '2026-01-01', $1)`,
    [(await hub.organisation(ods.charity)).slice(4)],
  );
  return service;
}

/** What connectors and later days may say, and the tests' small files leave out. */
async function fillIn(hub: TestHub, { referral }: Story, service: string): Promise<void> {
  await hub.database
    .asAdmin(`update hub.service set description = 'x', eligibility = 'x', costs = 'free', languages = '{en}', accessibility = '{wheelchair}',
    assured_on = current_date, funding_ends_on = '2099-01-01'`);
  await hub.database.asAdmin(
    `update hub.source_record set permitted_channels = '{sms}', attendance = 'ATTENDED', occurred_at = $1, contact_points = case contact_points when '[]' then '[]'
      else '[{"system": "sms", "value": "07700 900124", "safe": false, "note": "Mornings"}]'::jsonb end`,
    [AT],
  );
  await hub.database.asAdmin("update hub.consent set purpose = 'x', expires_on = '2099-01-01', withdrawn_at = $1", [
    AT,
  ]);
  await hub.database.asAdmin(
    "update hub.practitioner set specialism = 'Lungs', left_on = case external_id when 'R8102' then date '2099-01-01' end",
  );
  await hub.database.asAdmin('update hub.referral set service_id = $2 where id = $1', [
    referral.slice(4),
    service.slice(4),
  ]);
  // only months that are over are counted
  for (const counted of ['signpost', 'unmet_need'])
    await hub.database.asAdmin(`update hub.${counted} set day = (date_trunc('month', now()) - interval '1 day')::date`);
  // everybody has acted on everything but the referrer, whose loop stays open
  await hub.database.asAdmin(
    `update hub.party_feed f set delivered_at = $1, seen_at = $1, acted_at = $1 from hub.referral r
     where r.id = f.referral_id and r.status = 'CLOSED' and (r.parent_id is not null or r.referrer_id <> f.party)`,
    [AT],
  );
}

export async function idOf(hub: TestHub, query: string, prefix: string): Promise<string> {
  return `${prefix}_${(await hub.database.asAdmin<{ id: string }>(query))[0]?.id}`;
}
