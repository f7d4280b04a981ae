import { sql, type Transaction } from '../../database';
import type { FeedbackKind } from '../../feed';
import type { ServiceLimits } from '../directory';
import type { ReferralAction, ReferralStatus } from './referral.enums';

/** A referral as its viewer may know it, as far as the rules need it. */
export interface ReferralState {
  id: string;
  status: ReferralStatus;
  version: number;
  disclosure: string;
  allowed_actions: ReferralAction[];
  person_id: string;
  /** Whether this viewer records work on it. */
  writer: boolean;
  /** Counts assignments, which `version` does not. */
  assignment: number;
  /** Where each action would take it from here, whoever may take it. */
  targets: Partial<Record<ReferralAction, ReferralStatus>> | null;
  /** Whether it is open, and whether its receiver works on it, as hub.is_open and hub.is_under_way have it. */
  open: boolean;
  under_way: boolean;
}

const lock = sql('referrals.lock', 'select * from hub.lock_referral($1)');
const assignment = sql('referrals.assignment', 'select assignment from hub.referral where id = $1');
const move = sql('referrals.move', 'select hub.move_referral($1, $2, $3, $4)');
const assign = sql('referrals.assign', 'update hub.referral set link_worker_id = $2 where id = $1 returning version');
const note = sql(
  'referrals.note',
  'insert into hub.note (referral_id, text, organisation_id, addressee_id) values ($1, $2, hub.viewer_party(), $3)',
);
const open = sql('referrals.open', 'select hub.open_referral($1) as opened');
const withdraw = sql('referrals.withdraw', 'select hub.withdraw_referral($1, $2)');

/** Locks a referral and reads it as it then stands; undefined where this viewer sees none. */
export const lockReferral = (tx: Transaction, id: string) => tx.one<ReferralState>(lock, [id]);

export const assignmentOf = async (tx: Transaction, id: string) =>
  (await tx.one<{ assignment: number }>(assignment, [id]))?.assignment;

/** Moves a locked referral and tells its parties. */
export const moveReferral = (
  tx: Transaction,
  id: string,
  to: ReferralStatus,
  reason: string | null,
  event: FeedbackKind,
) => tx.query(move, [id, to, reason, event]);

export const assignReferral = (tx: Transaction, id: string, practitioner: string) =>
  tx.query(assign, [id, practitioner]);

/** A note on a referral; one that goes with it is addressed to its receiver, who reads it whatever its disclosure. */
export const addNote = (tx: Transaction, id: string, text: string, addressee: string | null = null) =>
  tx.query(note, [id, text, addressee]);

export const withdrawReferral = (tx: Transaction, id: string, reason: string | null) =>
  tx.query(withdraw, [id, reason]);

export interface Opened {
  referral: string;
  person: string;
  consent: string;
}
export async function openReferral(tx: Transaction, input: object): Promise<Opened> {
  const row = await tx.one<{ opened: Opened }>(open, [JSON.stringify(input)]);
  if (!row) throw new Error('open_referral returned nothing');
  return row.opened;
}

export interface ServiceOffer extends ServiceLimits {
  id: string;
  organisation_id: string;
}
const service = sql(
  'referrals.service',
  `select id, organisation_id, accepting_referrals as accepting, paused, minimum_age as "minimumAge", maximum_age as "maximumAge", areas
   from graph.service where id = $1`,
);
export const findService = (tx: Transaction, id: string) => tx.one<ServiceOffer>(service, [id]);

const receiver = sql(
  'referrals.receiver',
  'select id, sector, receives_referrals from graph.organisation o where id = $1 and not exists (select from graph.organisation_end e where e.id = o.id)',
);
export const findReceiver = (tx: Transaction, id: string) =>
  tx.one<{ id: string; sector: string; receives_referrals: boolean }>(receiver, [id]);

const practitioner = sql(
  'referrals.practitioner',
  'select id from graph.practitioner where id = $1 and organisation_id = hub.viewer_party() and left_on is null',
);
export const findColleague = (tx: Transaction, id: string) => tx.one<{ id: string }>(practitioner, [id]);

const reasons = sql('referrals.reasons', 'select key from graph.referral_reason where key = any($1)');
export const knownReasons = async (tx: Transaction, keys: string[]) =>
  new Set((await tx.query<{ key: string }>(reasons, [keys])).map(({ key }) => key));

const route = sql('referrals.route', 'select key from graph.referral_route where key = $1');
export const knownRoute = async (tx: Transaction, key: string) => Boolean(await tx.one(route, [key]));

const person = sql('referrals.person', 'select birth_date, postcode_district from graph.person where id = $1');
export const findPerson = (tx: Transaction, id: string) =>
  tx.one<{ birth_date: string | null; postcode_district: string | null }>(person, [id]);
