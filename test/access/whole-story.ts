import type { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { ods, type Story, tellStory } from './story';

/** The same way three times, ended differently, so that together every field holds something. */
export interface WholeStory {
  closed: Story;
  /** Both referrals of it wait, and stay open. */
  waiting: Story;
  declined: Story;
  service: string;
  /** Of the link worker's organisation. */
  practitioner: string;
  /** Of the charity. */
  leader: string;
  /** The events that say that the waiting ones joined a waiting list: all their parties heard of them. */
  joined: { referral: string; onward: string };
}

const AT = '2026-03-02T10:00:00Z';

/** Its text says who wrote it: «by charity». A test sees from the text alone whether its reader should have it. */
export async function tellWholeStory(hub: TestHub): Promise<WholeStory> {
  const practitioner = await idOf(hub, "select id from hub.practitioner where external_id = 'R8101'", 'pra');
  const leader = await idOf(hub, "select id from hub.practitioner where external_id = 'R8401'", 'pra');
  const service = await hub.service({ id: 'whole', organisation: ods.otherCharity });
  const waiting = await tellStory(hub, 2);
  const declined = await tellStory(hub, 3);
  const closed = await tellStory(hub, 1);
  for (const [caller, part, worker] of [
    ['linkWorker', 'referral', practitioner],
    ['charity', 'onward', leader],
  ] as const) {
    await hub.done(caller, 'placeOnWaitingList', { referral: waiting[part] });
    await work(hub, caller, closed[part], worker);
  }
  await standAt(hub, [declined.referral, declined.onward], 'RECEIVED');
  await hub.done('charity', 'declineReferral', { referral: declined.onward, reason: 'CAPACITY' });
  await hub.done('linkWorker', 'declineReferral', { referral: declined.referral, reason: 'CAPACITY' });
  await fillIn(hub, closed);
  const joinedBy = (referral: string) =>
    idOf(
      hub,
      `select id from hub.event where kind = 'WAITING_LIST_JOINED' and referral_id = '${referral.slice(4)}'`,
      'evt',
    );
  const joined = { referral: await joinedBy(waiting.referral), onward: await joinedBy(waiting.onward) };
  return { closed, waiting, declined, service, practitioner, leader, joined };
}

/** What a receiver does for a person, from the first contact to the close. */
async function work(hub: TestHub, caller: Caller, referral: string, practitioner: string): Promise<void> {
  const contact = { referral, at: AT, attendance: 'ATTENDED', minutes: 50, mode: 'telephone', barriers: ['COST'] };
  await hub.done(caller, 'recordContact', { ...contact, note: `by ${caller}` });
  const measured = { referral, occasion: 'BASELINE', takenOn: '2026-03-02' };
  await hub.done(caller, 'recordMeasurement', { ...measured, instrument: 'UCLA-3', score: 7 });
  await hub.done(caller, 'recordMeasurement', { ...measured, instrument: 'UCLA-3', occasion: 'DISCHARGE', score: 4 });
  const items = ['satisfaction', 'worthwhile', 'happiness', 'anxiety'].map((key) => ({ key, value: 4 }));
  await hub.done(caller, 'recordMeasurement', { ...measured, instrument: 'ONS4', items });
  await hub.done(caller, 'pauseReferral', { referral, note: `by ${caller}` });
  await hub.done(caller, 'resumeReferral', { referral });
  await hub.done(caller, 'assignReferral', { referral, practitioner });
  await hub.done(caller, 'closeReferral', {
    referral,
    result: 'GOALS_MET',
    summary: `by ${caller}`,
    selfManagementPlan: 'Walks on Mondays.',
  });
}

/** Puts referrals where a test needs them, past the table of transitions. */
export async function standAt(hub: TestHub, referrals: string[], status: string): Promise<void> {
  const ids = referrals.map((id) => id.slice(4));
  await hub.database.asAdmin("set session_replication_role = 'replica'");
  await hub.database.asAdmin('update hub.referral set status = $2 where id = any ($1)', [ids, status]);
  await hub.database.asAdmin('reset session_replication_role');
}

/** What connectors and later days may say, and the tests' small files leave out. */
async function fillIn(hub: TestHub, { referral }: Story): Promise<void> {
  await hub.database
    .asAdmin(`update hub.service set description = 'x', categories = '{walking}', places_left = 3, waiting_list_length = 2,
    eligibility = 'x', costs = 'free', languages = '{en}', assured_on = current_date, funding_ends_on = current_date`);
  await hub.database.asAdmin(
    `update hub.source_record set attendance = 'ATTENDED', occurred_at = $1, contact_points = case contact_points when '[]' then '[]'
      else '[{"system": "sms", "value": "07700 900124", "safe": false, "note": "Mornings"}]'::jsonb end`,
    [AT],
  );
  await hub.database.asAdmin("update hub.consent set purpose = 'x', expires_on = '2099-01-01', withdrawn_at = $1", [
    AT,
  ]);
  await hub.database.asAdmin("update hub.contact set recorded_in_error_at = $1 where mode = 'telephone'", [AT]);
  await hub.database.asAdmin("update hub.reason set snomed_code = '871731000000106'");
  await hub.database.asAdmin(
    "update hub.referral set service_id = (select id from hub.service where external_id = 'whole') where id = $1",
    [referral.slice(4)],
  );
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
