import fc from 'fast-check';
import type { Model } from './model';
import {
  type Action,
  type Actor,
  type Attendance,
  moves,
  type Occasion,
  type Op,
  type Org,
  type Referral,
  sectors,
  target,
} from './words';

const orgs = Object.keys(sectors) as Org[];
const sharing = ['PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY', 'COMMISSIONER'];
const often = <T>(usual: T, ...other: fc.Arbitrary<T>[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, ...other.map((arbitrary) => ({ weight: 1, arbitrary })));
const given = fc.record({
  shareWith: often(sharing, fc.subarray(sharing)),
  recipients: often<Org[] | null>(null, fc.subarray(orgs)),
  exclude: often<Org[]>([], fc.subarray(orgs, { maxLength: 2 })),
});
/** Mostly who may; sometimes anybody. */
const by = often<'receiver' | 'referrer' | 'herself' | Actor>(
  'receiver',
  fc.constantFrom('referrer' as const, 'herself' as const),
  fc.constantFrom<Actor[]>(...orgs, 'person0', 'person1'),
);
const on = fc.nat({ max: 5 });
const step = <Do extends Op['do'], Fields>(name: Do, fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record({ do: fc.constant(name), ...fields } as never) as fc.Arbitrary<{ do: Do } & Fields>;
const actions = Object.keys(moves) as Action[];

export const firstStep = step('refer', {
  by: fc.constantFrom<Org[]>('gp', 'otherGp', 'council', 'linkWorker'),
  person: often<0 | 1>(0, fc.constant(1)),
  to: fc.constantFrom('linkWorker' as const, 'trust' as const),
  consent: given,
});
const referOn = step('refer on', {
  by,
  on,
  to: fc.constantFrom('charity' as const, 'otherCharity' as const),
  consent: given,
});
/** The ends of a referral come last and seldom: most of a story happens before them. */
const move = step('move', {
  by,
  on,
  wild: often(false, fc.constant(true)),
  action: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<Action[]>('ACCEPT', 'PLACE_ON_WAITING_LIST', 'START', 'PAUSE') },
    fc.constantFrom(...actions),
  ),
});
const meet = step('meet', {
  by,
  on,
  attendance: fc.constantFrom<Attendance[]>('ATTENDED', 'DID_NOT_ATTEND', 'CANCELLED_BY_PERSON'),
});
const measure = step('measure', {
  by,
  on,
  occasion: fc.constantFrom<Occasion[]>('BASELINE', 'FOLLOW_UP', 'DISCHARGE'),
});
const agreeing = { by, on, expires: fc.boolean() };
const letIn = fc
  .constantFrom<Org[]>('council', 'otherCharity', 'withoutAgreement', 'otherGp', 'gp')
  .map((org) => ({ shareWith: [sectors[org]] as string[], recipients: [org] as Org[] | null, exclude: [] as Org[] }));
const careTeam = step('agree', {
  ...agreeing,
  general: fc.constant(false),
  careTeam: fc.constant(true),
  consent: letIn,
});
const agree = step('agree', { ...agreeing, general: fc.boolean(), careTeam: fc.boolean(), consent: given });
const takeBack = step('take back', {
  by,
  on,
  everything: fc.boolean(),
  from: fc.option(fc.subarray(orgs, { minLength: 1, maxLength: 3 }), { nil: null }),
});
const weighted = {
  1: [step('let consent run out', {}), takeBack],
  2: [firstStep, agree, careTeam, measure],
  3: [meet],
  5: [referOn, move],
} as const;
export const anyStep = fc.oneof(
  ...Object.entries(weighted).flatMap(([weight, list]) =>
    list.map((arbitrary) => ({ weight: Number(weight), arbitrary: arbitrary as fc.Arbitrary<Step> })),
  ),
);
/** As generated: who, and which referral, is settled once it is known how things stand. */
export type Step = Record<string, unknown> & { do: Op['do']; by: string; on: number; wild?: boolean; action: Action };

/** What a step comes to as things stand: none of it is settled while the story is generated. */
export function resolve(model: Model, { wild, ...raw }: Step): Op[] {
  if (raw.do === 'let consent run out') return [raw as never];
  if (raw.do === 'refer') return [(raw.by === raw['to'] ? { ...raw, to: 'trust' } : raw) as never];
  const isWork = ['refer on', 'meet', 'measure'].includes(raw.do) || (raw.do === 'move' && !wild);
  // work goes to a referral that is open, where there is one
  const open = model.referrals.filter(({ status }) => !isWork || target('WITHDRAW', status));
  const referral = (open.length ? open : model.referrals)[raw.on % (open.length || model.referrals.length)] as Referral;
  const at = { ...raw, on: model.referrals.indexOf(referral) };
  const roles: Record<string, Actor> = {
    receiver: referral.receiver,
    referrer: referral.referrer,
    herself: referral.person,
  };
  if (raw.do !== 'move') {
    const accept = { do: 'move', by: referral.receiver, on: at.on, action: 'ACCEPT' } as const;
    const op = { ...at, by: roles[raw.by] ?? raw.by } as never;
    return isWork && referral.status === 'RECEIVED' && raw.by === 'receiver' ? [accept, op] : [op];
  }
  if (wild) return [{ ...at, by: roles[raw.by] ?? raw.by } as never];
  // the first move that the table knows from here, counted from the one drawn
  const action =
    [...actions.slice(actions.indexOf(raw.action)), ...actions].find((each) => target(each, referral.status)) ??
    raw.action;
  return [{ ...at, action, by: moves[action].by === 'REFERRER' ? referral.referrer : referral.receiver } as never];
}
