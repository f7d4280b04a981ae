export interface Reason {
  key: string;
  label: string;
  /** What a referrer might write. */
  need: string;
  /** What a person might go on doing by herself. */
  plan: string;
}

// The reasons for referral that the hub is seeded with (27, as a published list for general practice has them).
const REASONS_TABLE: readonly (readonly [label: string, need: string, plan: string])[] = [
  [
    'Antisocial behaviour',
    'Noise and threats from neighbours are keeping the household awake.',
    'Keep the incident diary and ring the estate officer on Mondays',
  ],
  [
    'Bereavement-related anxiety',
    'Lost a partner in the spring and does not like to be alone in the evenings.',
    'Go to the bereavement cafe twice a month and keep the evening phone call',
  ],
  [
    'Care following cancer, heart disease, or stroke',
    'Treatment has finished; wants to get back to ordinary days and is short of confidence.',
    'Keep to the weekly recovery group and the stairs every morning',
  ],
  [
    'Crisis support',
    'A hard month after a family breakdown; safe now and would like someone to talk things through with.',
    'Use the safety plan on the fridge and ring the listening line before it builds up',
  ],
  [
    'Domestic violence',
    'Has left a difficult relationship and would like practical help. Please ring the mobile only.',
    'Stay in touch with the support worker and keep the safe phone charged',
  ],
  [
    'Employability and employment support',
    'Made redundant in June and unsure how to start looking again.',
    'Send two applications a week and go to the job club on Wednesdays',
  ],
  [
    'Falls prevention',
    'Two falls this year; has stopped going to the shops alone.',
    'Do the balance exercises daily and use the hand rail that was fitted',
  ],
  [
    'Financial management support',
    'Behind with council tax and has stopped opening letters. Reading small print is difficult.',
    'Open the post with the money mentor on Fridays and keep to the payment plan',
  ],
  [
    'Healthy lifestyle support and weight reduction',
    'Would like to lose weight before a knee operation and to do it with others.',
    'Swim on Tuesdays and cook two new meals a week',
  ],
  [
    'Homelessness or housing support',
    'Private tenancy ends soon; damp in the bedroom; has had no reply from the landlord.',
    'Keep copies of all letters and ring the housing adviser if a date is missed',
  ],
  [
    'Learning and skills development',
    'Left school early and would like to improve reading and computer skills.',
    'Finish the computer course and go to the library on Saturdays',
  ],
  [
    'Legal advice',
    'Needs advice about a dispute over care of grandchildren.',
    'Bring the papers to the clinic in time and use the checklist',
  ],
  [
    'LGBTQ support',
    'Has moved here and would like to meet people without having to explain.',
    'Go to the monthly social and message the group in between',
  ],
  [
    'Low self-esteem/confidence',
    'Feels a burden since stopping work; used to sing in a choir.',
    'Sing on Thursdays and say yes to one invitation a week',
  ],
  [
    'Mental health',
    'Low mood, stable on treatment, would like company and something to do.',
    'Keep the morning walk and the drop-in, and tell the practice if sleep gets worse',
  ],
  [
    'Parenting support',
    'Two small children and little sleep; no family near.',
    'Go to the stay and play on Mondays and share lifts with another parent',
  ],
  [
    'Personal development',
    'Children have left home; would like to find out what comes next.',
    'Meet the coach once more and finish the list of things to try',
  ],
  [
    'Physical inactivity',
    'Sits most of the day since giving up driving. Willing to walk if someone walks too.',
    'Walk with the group on Wednesdays and to the park on other days',
  ],
  [
    'Prevention of chronic disease',
    'Blood pressure and sugar are creeping up; would like to change before tablets are needed.',
    'Keep the food diary and the two classes a week',
  ],
  [
    'Respiratory',
    'Breathless on hills and afraid of it; has not been out much since the winter.',
    'Do the home exercises on alternate days and use the breathing card',
  ],
  [
    'SEND support',
    'Caring for a teenager with additional needs; the school plan is due for review.',
    'Take the notes to the review and stay with the parents’ group',
  ],
  [
    'Social engagement or isolation',
    'Sees nobody from Friday to Monday. Misses company most at weekends.',
    'Go to the lunch club on Sundays and ring the befriender on Wednesdays',
  ],
  [
    'Substance misuse',
    'Drinking more than intended since retiring; asks for help to cut down.',
    'Keep the drink-free days and go to the Thursday meeting',
  ],
  [
    'Support in a caring role',
    'Cares for a partner with dementia and has not had a day off this year.',
    'Use the sitting service on Tuesdays and the carers’ phone line',
  ],
  [
    'Support with physical needs and tasks of daily living',
    'Struggles with the bath and the shopping since a shoulder injury.',
    'Keep the shopping delivery and practise with the bath board',
  ],
  [
    'Type 1 and type 2 diabetes',
    'New diagnosis of type 2 diabetes and confused by all the advice.',
    'Follow the plate guide, walk after meals and keep the course diary',
  ],
  ['Volunteering', 'Retired teacher who would like to be useful again.', 'Help at the reading scheme on Mondays'],
];

export const REASONS: readonly Reason[] = REASONS_TABLE.map(([label, need, plan]) => ({
  key: slug(label),
  label,
  need,
  plan,
}));

/** A reason's key is its label in lower case, with a hyphen for whatever is not a letter or digit. */
export function slug(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

export function reason(key: string): Reason {
  const found = REASONS.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`demo generator: no reason has the key "${key}"; see demo/generate/reasons.ts`);
  return found;
}
