import { registerEnumType } from 'type-graphql';

export enum ReferralKind {
  LINK_WORKER = 'LINK_WORKER',
  ONWARD = 'ONWARD',
  SIGNPOST = 'SIGNPOST',
  RETURN_TO_GP = 'RETURN_TO_GP',
}
registerEnumType(ReferralKind, {
  name: 'ReferralKind',
  description: 'What a referral asks for.',
  valuesConfig: {
    LINK_WORKER: { description: 'To a social prescribing link worker, or a service that has its own.' },
    ONWARD: { description: 'Referred on from another referral to a service.' },
    SIGNPOST: { description: 'Information alone; no person is named.' },
    RETURN_TO_GP: { description: 'Back to general practice.' },
  },
});

export enum ReferralStatus {
  RECEIVED = 'RECEIVED',
  ACCEPTED = 'ACCEPTED',
  WAITING = 'WAITING',
  ACTIVE = 'ACTIVE',
  PAUSED = 'PAUSED',
  CLOSED = 'CLOSED',
  DECLINED = 'DECLINED',
  CANCELLED = 'CANCELLED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(ReferralStatus, {
  name: 'ReferralStatus',
  description: 'How far a referral has come. See docs/concepts.md for the transitions.',
  valuesConfig: {
    RECEIVED: { description: 'With its receiver, not answered yet.' },
    ACCEPTED: { description: 'The receiver has taken it on.' },
    WAITING: { description: 'On the waiting list.' },
    ACTIVE: { description: 'Support has started.' },
    PAUSED: { description: 'Support rests for a while.' },
    CLOSED: { description: 'Support has ended, with an outcome.' },
    DECLINED: { description: 'The receiver has not taken it on.' },
    CANCELLED: { description: 'The referrer has called it back.' },
    WITHDRAWN: { description: 'The person has withdrawn; final.' },
  },
});

export enum ReferralAction {
  ACCEPT = 'ACCEPT',
  DECLINE = 'DECLINE',
  PLACE_ON_WAITING_LIST = 'PLACE_ON_WAITING_LIST',
  START = 'START',
  PAUSE = 'PAUSE',
  RESUME = 'RESUME',
  CLOSE = 'CLOSE',
  CANCEL = 'CANCEL',
  WITHDRAW = 'WITHDRAW',
}
registerEnumType(ReferralAction, {
  name: 'ReferralAction',
  description: 'What may be done to a referral: each is a mutation.',
  valuesConfig: {
    ACCEPT: { description: 'acceptReferral, by the receiver.' },
    DECLINE: { description: 'declineReferral, by the receiver.' },
    PLACE_ON_WAITING_LIST: { description: 'placeOnWaitingList, by the receiver.' },
    START: { description: 'startReferral, by the receiver; the first attended contact does it too.' },
    PAUSE: { description: 'pauseReferral, by the receiver.' },
    RESUME: { description: 'resumeReferral, by the receiver.' },
    CLOSE: { description: 'closeReferral, by the receiver.' },
    CANCEL: { description: 'cancelReferral, by the referrer.' },
    WITHDRAW: { description: 'withdrawReferral, by the person or a party on her word.' },
  },
});

export enum PartyRole {
  REFERRER = 'REFERRER',
  LINK_WORKER = 'LINK_WORKER',
  PROVIDER = 'PROVIDER',
  REGISTERED_PRACTICE = 'REGISTERED_PRACTICE',
  CARE_TEAM = 'CARE_TEAM',
  COMMISSIONER = 'COMMISSIONER',
}
registerEnumType(PartyRole, {
  name: 'PartyRole',
  description: 'What an organisation is in a referral; it may be several.',
  valuesConfig: {
    REFERRER: { description: 'Sent it.' },
    LINK_WORKER: { description: 'Employs the link worker responsible for the person and all that follows.' },
    PROVIDER: { description: 'Provides the service of an onward referral.' },
    REGISTERED_PRACTICE: { description: "The person's general practice." },
    CARE_TEAM: { description: "Let in by the person's consent." },
    COMMISSIONER: { description: 'Pays for the service; never sees a referral.' },
  },
});

export enum Disclosure {
  FULL = 'FULL',
  OWN_SERVICE = 'OWN_SERVICE',
  STAGE = 'STAGE',
  CRISIS = 'CRISIS',
  ENDED = 'ENDED',
}
registerEnumType(Disclosure, {
  name: 'Disclosure',
  description: 'How much of a referral a party may know. Per referral and party, never per sector.',
  valuesConfig: {
    FULL: { description: 'Everything.' },
    OWN_SERVICE: { description: 'What concerns its own service.' },
    STAGE: { description: 'How far it has come and how it ended.' },
    CRISIS: { description: 'A crisis escalation alone.' },
    ENDED: { description: 'Access has ended: nothing but that.' },
  },
});
