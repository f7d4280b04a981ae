/**
 * Adult Social Care Client Level Data: Release 2 values, and the Release 1 spellings that councils still send.
 * Values come from the Department of Health and Social Care's published cleaning method. Three pairs are inferred
 * from their wording ("100% NHS funded care", "Service ended as planned", "No change in package").
 */

/** What the national cleaning writes for a value it cannot map. */
export const UNMAPPED = 'Invalid and not mapped';

const RELEASE_2: Record<string, string[]> = {
  'Event Type': ['Request', 'Assessment', 'Service', 'Review'],
  'Event Outcome': [
    'Progress to reablement/ST-Max',
    'Progress to assessment, review or reassessment',
    'Release 1 specification only: Not mapped',
    'Progress to support planning or services',
    'Continuation of support or services',
    'Admitted to hospital',
    'NFA: Responsibility moved to another local authority',
    'NFA: Referral to NHS services or NHS funded social care',
    'NFA: Self-funded client or under 12wk disregard',
    'NFA: Information and advice or signposting',
    'NFA: Referral to other service within the local authority',
    'NFA: Support declined',
    'NFA: Deceased',
    'NFA: Support ended as planned',
    'NFA: Support ended for other reason',
    'NFA: No services offered for other reason',
    'NFA: Other',
  ],
  'Client Type': ['Service user', 'Unpaid carer', 'Unpaid carer known by association'],
  'Service Type': [
    'Long term support: Community',
    'Long term support: Nursing care',
    'Long term support: Prison',
    'Long term support: Residential care',
    'Short term support: Ongoing low level',
    'Short term support: Other short term',
    'Short term support: ST-Max',
    'Unpaid carer support: Direct to unpaid carer',
    'Unpaid carer support: Support involving the person cared-for',
  ],
  'Assessment Type': ['Long term assessment', 'Short term assessment'],
};

/** Release 1 to Release 2, only where more than case and punctuation differs. */
const RELEASE_1: Record<string, [string, string][]> = {
  'Event Outcome': [
    ['NFA - Information & Advice / Signposting only', 'NFA: Information and advice or signposting'],
    ['NFA - Moved to another LA', 'NFA: Responsibility moved to another local authority'],
    ['NFA - Self-funded client (Inc. 12wk disregard)', 'NFA: Self-funded client or under 12wk disregard'],
    ['NFA - Support ended: Other reason', 'NFA: Support ended for other reason'],
    ['NFA - No services offered: Other reason', 'NFA: No services offered for other reason'],
    ['NFA - 100% NHS funded care', 'NFA: Referral to NHS services or NHS funded social care'],
    ['Service ended as planned', 'NFA: Support ended as planned'],
    ['Progress to Assessment', 'Progress to assessment, review or reassessment'],
    ['Progress to Re-assessment / Unplanned Review', 'Progress to assessment, review or reassessment'],
    ['Progress to Support Planning / Services', 'Progress to support planning or services'],
    ['Progress to financial assessment', 'Release 1 specification only: Not mapped'],
    ['Progress to End of Life Care', 'Release 1 specification only: Not mapped'],
    ['No change in package', 'Continuation of support or services'],
  ],
  'Client Type': [
    ['Carer', 'Unpaid carer'],
    ['Carer known by association', 'Unpaid carer known by association'],
  ],
  'Service Type': [
    ['Carer Support: Direct to Carer', 'Unpaid carer support: Direct to unpaid carer'],
    [
      'Carer Support: Support involving the person cared-for',
      'Unpaid carer support: Support involving the person cared-for',
    ],
  ],
};

/** Case, dashes of any length, spaces and "&" vary in the field; letters and digits do not. */
function spelling(value: string): string {
  return value
    .toLowerCase()
    .replaceAll('&', 'and')
    .replace(/[^a-z0-9]+/g, '');
}

const SPELLINGS = new Map(
  Object.entries(RELEASE_2).map(([field, values]) => [
    field,
    new Map([
      ...(RELEASE_1[field] ?? []).map(([old, current]) => [spelling(old), current] as const),
      ...values.map((value) => [spelling(value), value] as const),
    ]),
  ]),
);

/** The Release 2 value, `UNMAPPED` for one nobody can place, undefined for an empty cell. */
export function release2(field: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return SPELLINGS.get(field)?.get(spelling(value)) ?? UNMAPPED;
}

/** Position in the published order of outcomes: of two copies of one event, the lower rank is kept. */
export function outcomeRank(outcome: string | undefined): number {
  const rank = RELEASE_2['Event Outcome'].indexOf(outcome ?? '');
  return rank < 0 ? RELEASE_2['Event Outcome'].length : rank;
}
