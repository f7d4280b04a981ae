import { slug } from '../read/text';

export interface Reason {
  key: string;
  label: string;
}

/** The 27 reasons for which general practice makes social prescriptions; a key is the slug of its label. */
export const REASONS: readonly Reason[] = [
  'Antisocial behaviour',
  'Bereavement-related anxiety',
  'Care following cancer, heart disease, or stroke',
  'Crisis support',
  'Domestic violence',
  'Employability and employment support',
  'Falls prevention',
  'Financial management support',
  'Healthy lifestyle support and weight reduction',
  'Homelessness or housing support',
  'Learning and skills development',
  'Legal advice',
  'LGBTQ support',
  'Low self-esteem/confidence',
  'Mental health',
  'Parenting support',
  'Personal development',
  'Physical inactivity',
  'Prevention of chronic disease',
  'Respiratory',
  'SEND support',
  'Social engagement or isolation',
  'Substance misuse',
  'Support in a caring role',
  'Support with physical needs and tasks of daily living',
  'Type 1 and type 2 diabetes',
  'Volunteering',
].map((label) => ({ key: slug(label), label }));

/** Everyday words for the same thing, by slug. Clinical findings are not here: reading them is a clinician's task. */
const SAME_AS = new Map([
  ['social-isolation', 'social-engagement-or-isolation'],
  ['social-engagement', 'social-engagement-or-isolation'],
  ['loneliness', 'social-engagement-or-isolation'],
  ['lonely', 'social-engagement-or-isolation'],
  ['bereavement', 'bereavement-related-anxiety'],
  ['debt', 'financial-management-support'],
  ['financial-support', 'financial-management-support'],
  ['housing', 'homelessness-or-housing-support'],
  ['housing-support', 'homelessness-or-housing-support'],
  ['homelessness', 'homelessness-or-housing-support'],
  ['employment', 'employability-and-employment-support'],
  ['employment-support', 'employability-and-employment-support'],
  ['unemployment', 'employability-and-employment-support'],
  ['domestic-abuse', 'domestic-violence'],
  ['anti-social-behaviour', 'antisocial-behaviour'],
  ['weight-management', 'healthy-lifestyle-support-and-weight-reduction'],
  ['weight-reduction', 'healthy-lifestyle-support-and-weight-reduction'],
  ['healthy-lifestyle', 'healthy-lifestyle-support-and-weight-reduction'],
  ['low-self-esteem', 'low-self-esteem-confidence'],
  ['low-confidence', 'low-self-esteem-confidence'],
  ['mental-health-support', 'mental-health'],
  ['caring-role', 'support-in-a-caring-role'],
  ['carer-support', 'support-in-a-caring-role'],
  ['unpaid-carer', 'support-in-a-caring-role'],
  ['type-1-diabetes', 'type-1-and-type-2-diabetes'],
  ['type-2-diabetes', 'type-1-and-type-2-diabetes'],
  ['diabetes', 'type-1-and-type-2-diabetes'],
]);

const KEYS = new Set(REASONS.map((reason) => reason.key));

/** The reason a text names; `exact` when the text is its label or key, so that keeping the text adds nothing. */
export function findReason(text: string): { key: string; exact: boolean } | undefined {
  const asked = slug(text);
  if (KEYS.has(asked)) return { key: asked, exact: true };
  const key = SAME_AS.get(asked);
  return key ? { key, exact: false } : undefined;
}
