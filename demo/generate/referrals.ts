import { END, START, workingMoment } from './calendar';
import type { Sector } from './network';
import { people, type Person } from './people';
import { Random, uuid } from './random';
import { REASONS, reason, type Reason } from './reasons';

/** How the person agreed: expressly, by the referrer's word that direct care covers it, or the message does not say. */
export type Agreement = { kind: 'agreed'; shareWith: readonly Sector[] } | { kind: 'direct-care' } | { kind: 'unsaid' };

export interface PlannedReferral {
  id: string;
  person: Person;
  receiver: string;
  reasons: readonly Reason[];
  agreement: Agreement;
  sentAt: Date;
  story: Story;
}
export type Story =
  | 'patient-of-the-demo'
  | 'unread'
  | 'declined'
  | 'cancelled'
  | 'waiting'
  | 'active'
  | 'paused'
  | 'unreachable'
  | 'completed'
  | 'reengaged';

export const ALL_SECTORS: readonly Sector[] = ['PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY'];
// Loneliness, money, mood and inactivity are most of what practices send; every reason occurs.
const COMMON = [
  'social-engagement-or-isolation',
  'financial-management-support',
  'mental-health',
  'physical-inactivity',
  'homelessness-or-housing-support',
  'support-in-a-caring-role',
  'bereavement-related-anxiety',
];

const TO_TRUST = 14;
/** A few people are referred twice: once to their link worker, once for their lungs. */
export const REFERRALS = 240;

export const referrals: readonly PlannedReferral[] = planReferrals().sort(
  (a, b) => a.sentAt.getTime() - b.sentAt.getTime(),
);

function planReferrals(): PlannedReferral[] {
  const random = new Random('referrals');
  const onceMore = random.sample(people.slice(1, 120), REFERRALS - people.length);
  const toTrust = new Set([
    ...onceMore.map((_, i) => people.length + i),
    ...random.sample([...people.keys()].slice(1), TO_TRUST - onceMore.length),
  ]);
  const planned = [...people, ...onceMore].map((person, i) => plan(random, person, i, toTrust.has(i)));
  return [{ ...(planned[0] as PlannedReferral), ...planForPatientOfTheDemo() }, ...planned.slice(1)];
}

function planForPatientOfTheDemo(): Partial<PlannedReferral> {
  return {
    receiver: 'ZPC01',
    reasons: [reason('financial-management-support'), reason('social-engagement-or-isolation')],
    agreement: { kind: 'agreed', shareWith: ALL_SECTORS },
    sentAt: new Date('2026-09-21T09:42:10.000Z'),
    story: 'patient-of-the-demo',
  };
}

function plan(random: Random, person: Person, i: number, toTrust: boolean): PlannedReferral {
  const span = Math.floor((END.getTime() - START.getTime()) / 86_400_000);
  const sentAt = workingMoment(random, START, 0, span - 4);
  const old = END.getTime() - sentAt.getTime() > 14 * 86_400_000;
  return {
    id: uuid(`service-request/${i}`),
    person,
    receiver: toTrust ? 'ZR1' : person.network,
    reasons: toTrust ? [reason('respiratory')] : reasonsOf(random, i),
    agreement: agreementOf(random),
    sentAt,
    story: toTrust ? random.weighted([['reengaged', 5], ['completed', 4], ['waiting', 3], ['declined', 1]]) : storyOf(random, old),
  }; // prettier-ignore
}

function storyOf(random: Random, old: boolean): Story {
  if (!old) return random.weighted([['unread', 5], ['waiting', 3], ['active', 5], ['declined', 1]]); // prettier-ignore
  return random.weighted([
    ['unread', 4], ['declined', 6], ['cancelled', 7], ['waiting', 14], ['active', 27], ['paused', 7], ['unreachable', 6], ['completed', 34],
  ]); // prettier-ignore
}

function reasonsOf(random: Random, i: number): Reason[] {
  const common = random.sample(COMMON, random.int(1, 2)).map(reason);
  const turn = REASONS[i % REASONS.length] as Reason;
  // Three whole rounds first, so that no reason is left out by chance.
  return i < 3 * REASONS.length || random.chance(0.4) ? [...new Set([turn, ...common.slice(0, 1)])] : common;
}

function agreementOf(random: Random): Agreement {
  const kind = random.weighted([['agreed', 85], ['direct-care', 8], ['unsaid', 7]]); // prettier-ignore
  if (kind !== 'agreed') return { kind } as Agreement;
  const shareWith = random.weighted<readonly Sector[]>([[ALL_SECTORS, 62], [['PRIMARY_CARE', 'VOLUNTARY'], 26], [['VOLUNTARY', 'SOCIAL_CARE'], 5], [['PRIMARY_CARE'], 7]]); // prettier-ignore
  return { kind, shareWith };
}
