/** The words of the model: who there is, what a story may do, and what is kept of it. */
export const sectors = {
  gp: 'PRIMARY_CARE',
  otherGp: 'PRIMARY_CARE',
  linkWorker: 'PRIMARY_CARE',
  trust: 'COMMUNITY_SERVICES',
  charity: 'VOLUNTARY',
  otherCharity: 'VOLUNTARY',
  council: 'SOCIAL_CARE',
  icb: 'COMMISSIONER',
  withoutAgreement: 'VOLUNTARY',
} as const;
export type Org = keyof typeof sectors;
export type Herself = 'person0' | 'person1';
export type Actor = Org | Herself;
export type Outcome =
  | 'DONE'
  | 'NOT_FOUND'
  | 'NOT_PERMITTED'
  | 'ILLEGAL_TRANSITION'
  | 'CONSENT_REQUIRED'
  | 'CONSENT_WITHDRAWN'
  | 'INVALID'
  | 'NO_AGREEMENT';
export type Disclosure = 'FULL' | 'OWN_SERVICE' | 'STAGE';
export type Role = 'REFERRER' | 'LINK_WORKER' | 'PROVIDER' | 'REGISTERED_PRACTICE' | 'CARE_TEAM' | 'PERSON';

/** What a person agreed to, as a story says it. */
export interface Given {
  shareWith: string[];
  recipients: Org[] | null;
  exclude: Org[];
}
export type Action = keyof typeof moves;
export type Attendance = 'ATTENDED' | 'DID_NOT_ATTEND' | 'CANCELLED_BY_PERSON';
export type Occasion = 'BASELINE' | 'FOLLOW_UP' | 'DISCHARGE';
export type Op =
  | { do: 'refer'; by: Org; person: 0 | 1; to: 'linkWorker' | 'trust'; consent: Given }
  | { do: 'refer on'; by: Actor; on: number; to: 'charity' | 'otherCharity'; consent: Given }
  | { do: 'move'; by: Actor; on: number; action: Action }
  | { do: 'meet'; by: Actor; on: number; attendance: Attendance }
  | { do: 'measure'; by: Actor; on: number; occasion: Occasion }
  | { do: 'agree'; by: Actor; on: number; general: boolean; careTeam: boolean; expires: boolean; consent: Given }
  | { do: 'take back'; by: Actor; on: number; everything: boolean; from: Org[] | null }
  | { do: 'let consent run out' };

export interface Party {
  roles: Role[];
  disclosure: Disclosure;
  ended: boolean;
  expires: boolean;
}
export interface Consent extends Given {
  by: Actor;
  person: Herself;
  referral?: Referral;
  withdrawn: boolean;
}
/** What somebody holds of a person: written by itself, or given to it with a referral. */
export interface Known {
  person: Herself;
  readers: Set<Org>;
  number: boolean;
  practice: boolean;
  referral?: Referral;
}
export interface Referral {
  name: string;
  person: Herself;
  parent?: Referral;
  root: Referral;
  referrer: Org;
  receiver: Org;
  practice?: Org;
  status: string;
  version: number;
  declined: boolean;
  waits: boolean;
  parties: Map<Actor, Party>;
  contacts: { author: Org; missed: boolean }[];
  measurements: Org[];
  outcome?: Org;
}
export interface Event {
  /** Which step made it. */
  step: number;
  kind: string;
  about: Referral;
  actor?: Org;
  contact?: { author: Org };
  heard: Map<Actor, Disclosure>;
}

export const moves = {
  ACCEPT: { by: 'RECEIVER', event: 'REFERRAL_ACCEPTED', to: { RECEIVED: 'ACCEPTED' } },
  DECLINE: { by: 'RECEIVER', event: 'REFERRAL_DECLINED', to: { RECEIVED: 'DECLINED' } },
  PLACE_ON_WAITING_LIST: { by: 'RECEIVER', event: 'WAITING_LIST_JOINED', to: { ACCEPTED: 'WAITING' } },
  START: { by: 'RECEIVER', event: 'SUPPORT_STARTED', to: { ACCEPTED: 'ACTIVE', WAITING: 'ACTIVE' } },
  PAUSE: { by: 'RECEIVER', event: 'SUPPORT_PAUSED', to: { WAITING: 'PAUSED', ACTIVE: 'PAUSED' } },
  RESUME: { by: 'RECEIVER', event: 'SUPPORT_RESUMED', to: { PAUSED: 'ACTIVE' } },
  CLOSE: {
    by: 'RECEIVER',
    event: 'REFERRAL_CLOSED',
    to: { ACCEPTED: 'CLOSED', WAITING: 'CLOSED', ACTIVE: 'CLOSED', PAUSED: 'CLOSED' },
  },
  CANCEL: {
    by: 'REFERRER',
    event: 'REFERRAL_CANCELLED',
    to: { RECEIVED: 'CANCELLED', ACCEPTED: 'CANCELLED', WAITING: 'CANCELLED' },
  },
  WITHDRAW: {
    by: 'PARTY',
    event: '',
    to: {
      RECEIVED: 'WITHDRAWN',
      ACCEPTED: 'WITHDRAWN',
      WAITING: 'WITHDRAWN',
      ACTIVE: 'WITHDRAWN',
      PAUSED: 'WITHDRAWN',
    },
  },
} as const;
export const OPEN = ['RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED'];
export const WORKING = OPEN.slice(1);
export const EVERYBODY: Role[] = ['REFERRER', 'LINK_WORKER', 'PROVIDER', 'REGISTERED_PRACTICE', 'CARE_TEAM', 'PERSON'];
export const PRACTICE: Org = 'otherGp';

export const isPerson = (actor: Actor): actor is Herself => actor.startsWith('person');
/** Reads of anybody at all: a commissioner counts, and without an agreement nobody reads. */
export const reads = (actor: Actor): actor is Org =>
  !isPerson(actor) && actor !== 'icb' && actor !== 'withoutAgreement';
export const target = (action: Action, status: string) => (moves[action].to as Record<string, string>)[status];
export const allows = (consent: Given, org: Org) =>
  org !== 'icb' &&
  !consent.exclude.includes(org) &&
  (consent.recipients === null || consent.recipients.includes(org)) &&
  consent.shareWith.includes(sectors[org]);
