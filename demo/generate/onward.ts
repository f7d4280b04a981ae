import { ageOn, END } from './calendar';
import { Diary } from './diary';
import { services, type Service } from './directory';
import { organisation, practitionersOf, type Sector } from './network';
import type { Person } from './people';
import { Random } from './random';
import { reason, type Reason } from './reasons';
import type { PlannedReferral } from './referrals';
import { ACCEPTED, DECLINED_BY_PROVIDER, JOINED_IN, perhaps, PROVIDER_SUMMARIES } from './texts';

const TWO_WEEKS = 14 * 86_400_000;

/** A service the hub would not refuse this person: open, of an age and area she has, in a sector she agreed may hear. */
export function suitable(service: Service, person: Person, at: Date, shareWith: readonly Sector[]): boolean {
  const age = ageOn(person.birthDate, at);
  return (
    service.status === 'active' &&
    age >= (service.minimumAge ?? 0) &&
    age <= (service.maximumAge ?? Infinity) &&
    service.districts.some((district) => district === person.district) &&
    shareWith.includes(organisation(service.ods).sector)
  );
}

/** Something that answers one of the person's reasons, or company, which nearly everybody could use. */
export function findService(
  random: Random,
  referral: PlannedReferral,
  at: Date,
  shareWith: readonly Sector[],
): [Service, Reason] | null {
  // A team does not refer on to itself.
  const open = services.filter((one) => one.ods !== referral.receiver && suitable(one, referral.person, at, shareWith));
  const wanted = [...referral.reasons.map(({ key }) => key), 'social-engagement-or-isolation'];
  for (const key of wanted) {
    const matching = open.filter((service) => service.terms.includes(key));
    // The council, the trust and the debt charity are who a visitor can sign in as; they should have work to see.
    const known = matching.filter(({ ods }) => ['ZV001', 'Z999', 'ZR1'].includes(ods));
    if (known.length && random.chance(0.4)) return [random.pick(known), reason(key)];
    if (matching.length) return [random.pick(matching), reason(key)];
  }
  return null;
}

/** What the provider does with an onward referral. */
export function onwardDiary(alias: string, service: Service, referredAt: Date, reasons: readonly Reason[]): Diary {
  const random = new Random(`onward/${alias}`);
  const practitioner = practitionersOf(service.ods)[0]?.id ?? null;
  const diary = new Diary(random, alias, service.ods, practitioner, referredAt);
  // Whoever tries the demo as this charity should find somebody waiting for an answer.
  const lately = END.getTime() - referredAt.getTime() < TWO_WEEKS;
  if (service.ods === 'ZV001' && lately) return diary;
  const ending = random.weighted([['unread', 14], ['declined', 8], ['active', 28], ['completed', 50]]); // prettier-ignore
  if (ending === 'unread') return diary;
  if (ending === 'declined') return diary.write(1, 5, 'declineReferral', { reason: random.pick(DECLINED_BY_PROVIDER) });
  diary.write(0, 4, 'acceptReferral', perhaps(random, 0.3, ACCEPTED));
  if (random.chance(0.2)) diary.missed(3, 9, undefined, { mode: 'group' });
  const times = random.int(1, ending === 'completed' ? 3 : 2);
  for (let i = 0; i < times; i++) diary.attended(5, 9, JOINED_IN, ['group', 'face-to-face', 'telephone']);
  if (ending === 'active') return diary;
  return diary.write(4, 10, 'closeReferral', {
    result: random.pick(['GOALS_MET', 'GOALS_MET', 'GOALS_PARTLY_MET', 'SELF_MANAGING']),
    summary: random.pick(PROVIDER_SUMMARIES),
    ...planOf(random, reasons),
  });
}

export function planOf(
  random: Random,
  reasons: readonly Reason[],
): { selfManagementPlan: string } | { planDeclined: true } {
  return random.chance(0.85) ? { selfManagementPlan: random.pick(reasons).plan } : { planDeclined: true };
}
