/** Charities and what they offer, by reason for referral. All names are invented. */
export interface Theme {
  reason: string;
  term: string;
  charities: readonly string[];
  services: readonly string[];
}

export const THEMES: readonly Theme[] = [
  theme(
    'antisocial-behaviour',
    'neighbour-mediation',
    'Good Fences Mediation | Quiet Streets Harrowdene',
    'Neighbour mediation | Safer home visits | Witness company at meetings | Estate listening hour | Young people’s street club',
  ),
  theme(
    'bereavement-related-anxiety',
    'bereavement',
    'Still Water Bereavement | The Empty Chair',
    'Bereavement cafe | One to one bereavement listening | Walking through grief | Practical help after a death | Evening grief group',
  ),
  theme(
    'care-following-cancer-heart-disease-or-stroke',
    'recovery-group',
    'Second Spring | Heart and Stride',
    'After cancer cafe | Stroke conversation group | Gentle heart exercise | Recovery choir | Getting back to work after illness',
  ),
  theme(
    'crisis-support',
    'crisis-support',
    'The Lamp Crisis House | Harbour Listening',
    'Evening safe space | Listening line | Food and fuel vouchers | Short stay support | Peer crisis support',
  ),
  theme(
    'domestic-violence',
    'domestic-abuse',
    'Fernhill Refuge | Amber Door',
    'Domestic abuse advice | Freedom course | Refuge places | Children’s play therapy | Safe phone scheme',
  ),
  theme(
    'employability-and-employment-support',
    'job-club',
    'Ladder Works | Metro Job Club',
    'Job club | Curriculum vitae workshop | Interview clothes cupboard | Supported work placements | Starting your own trade',
  ),
  theme(
    'falls-prevention',
    'strength-and-balance',
    'Steady On | Firm Footing',
    'Strength and balance class | Seated exercise | Home hazard check | Tai chi for balance | Slipper swap',
  ),
  theme(
    'financial-management-support',
    'debt',
    'Penny Lane Money Help | Fair Share Advice',
    'Debt clinic | Benefits check | Budgeting course | Energy bill advice | Money mentors',
  ),
  theme(
    'healthy-lifestyle-support-and-weight-reduction',
    'healthy-eating',
    'Bright Plate | Move Together Harrowdene',
    'Community kitchen | Weight and wellbeing group | Beginners’ swimming | Cycle buddies | Veg box club',
  ),
  theme(
    'homelessness-or-housing-support',
    'housing-advice',
    'Roof and Hearth | Keyway Housing Help',
    'Housing advice | Tenancy support | Night shelter | Furniture store | Move-in helpers',
  ),
  theme(
    'learning-and-skills-development',
    'adult-learning',
    'Open Page | Clear Letters',
    'Reading circle | Computers for beginners | English conversation | Everyday maths | Repair and learn',
  ),
  theme(
    'legal-advice',
    'legal-advice',
    'Corner Law Centre | Plain Rights',
    'Legal advice evening | Immigration advice | Family law clinic | Help with tribunals | Wills and powers of attorney',
  ),
  theme(
    'lgbtq-support',
    'lgbtq',
    'Spectrum Harrowdene | Rainbow Kettle',
    'LGBTQ social | Trans peer support | Older and out | Parents of LGBTQ young people | LGBTQ book group',
  ),
  theme(
    'low-self-esteem-confidence',
    'choir',
    'Singing Rooms | Brave Brushes',
    'Community choir | Painting for confidence | Drama for beginners | Confidence course | Ukulele group',
  ),
  theme(
    'mental-health',
    'mental-health',
    'Calm Harbour | Kindly Minds | Greenway Gardens',
    'Drop-in cafe | Peer support group | Therapeutic gardening | Men’s shed | Mindful movement | Creative writing group',
  ),
  theme(
    'parenting-support',
    'parenting',
    'Little Acorns | Home From Home Families',
    'Stay and play | Volunteer home visits | Dads’ breakfast | New parents’ group | Toy library',
  ),
  theme(
    'personal-development',
    'coaching',
    'Next Chapter | Compass Coaching',
    'Life coaching | Goal setting workshop | Women’s circle | Public speaking club | Leadership for carers',
  ),
  theme(
    'physical-inactivity',
    'walking-group',
    'Ramblers of the Ridge | Parkside Active | Wheel and Rest',
    'Health walk | Walking football | Chair yoga | Line dancing | Green gym',
  ),
  theme(
    'prevention-of-chronic-disease',
    'prevention',
    'Healthy Habits | Well Street',
    'Blood pressure cafe | Stop smoking group | Cooking on a budget | Healthy heart course | Couch to park',
  ),
  theme(
    'respiratory',
    'breathing',
    'Easy Breath | Sing to Breathe | Ivy House Lung Friends',
    'Singing for breathing | Breathing support group | Harmonica for lungs | Warm homes visits | Gentle lung exercise',
  ),
  theme(
    'send-support',
    'send',
    'Parents Together SEND | Sunflower Steps',
    'SEND parents’ group | School plan advice | Sensory play | Young adults’ club | Travel training',
  ),
  theme(
    'social-engagement-or-isolation',
    'befriending',
    'Neighbours Near | The Kettle Club | Tamil Elders Welcome | Gujarati Seniors Circle',
    'Befriending visits | Telephone friends | Sunday lunch club | Tamil elders’ morning | Gujarati seniors’ garba and tea | Community transport',
  ),
  theme(
    'substance-misuse',
    'recovery',
    'Turning Leaf | Clear Morning',
    'Recovery meeting | Cut down course | Family support in recovery | Recovery allotment | Sober social',
  ),
  theme(
    'support-in-a-caring-role',
    'carers',
    'Carers’ Rest | Side by Side Carers',
    'Sitting service | Carers’ breakfast | Dementia carers’ course | Carers’ phone line | Young adult carers',
  ),
  theme(
    'support-with-physical-needs-and-tasks-of-daily-living',
    'help-at-home',
    'Helping Hands Harrowdene | Handy Neighbours',
    'Shopping help | Handyperson | Community meals | Equipment loans | Bathing service',
  ),
  theme(
    'type-1-and-type-2-diabetes',
    'diabetes',
    'Sugar Smart | Diya Diabetes Circle',
    'Diabetes peer group | Cook and eat for diabetes | Walk after meals | Understanding type 1 | Feet first',
  ),
  theme(
    'volunteering',
    'volunteering',
    'Give an Hour | Many Hands Volunteers',
    'Volunteer brokerage | Supported volunteering | Reading in schools | Community garden volunteers | Charity shop placements',
  ),
];

function theme(reason: string, term: string, charities: string, services: string): Theme {
  return { reason, term, charities: charities.split(' | '), services: services.split(' | ') };
}

export const DEBT_AND_WALKING_CHARITY = 'Accord Debt and Walking Project';

/** The charity whose token the demo hands out. What sorts first is what a visitor will refer to, so it must take anybody. */
export const DEBT_AND_WALKING_SERVICES = [
  {
    name: 'Afternoon walking group',
    reason: 'physical-inactivity',
    terms: ['walking-group', 'green', 'social-engagement-or-isolation'],
  },
  { name: 'Debt advice by appointment', reason: 'financial-management-support', terms: ['debt', 'welfare-benefits'] },
  { name: 'Money and mood course', reason: 'financial-management-support', terms: ['debt', 'mental-health'] },
] as const;

export const COUNCIL_SERVICES = [
  {
    name: 'Adult social care front door',
    reason: 'support-with-physical-needs-and-tasks-of-daily-living',
    terms: ['social-care-assessment'],
  },
  { name: 'Carers’ assessment', reason: 'support-in-a-caring-role', terms: ['carers'] },
  { name: 'Housing options', reason: 'homelessness-or-housing-support', terms: ['housing-advice'] },
  { name: 'Learn Harrowdene', reason: 'learning-and-skills-development', terms: ['adult-learning'] },
  { name: 'Library home delivery', reason: 'social-engagement-or-isolation', terms: ['reading'] },
  { name: 'Welfare assistance scheme', reason: 'financial-management-support', terms: ['welfare-benefits'] },
] as const;

export const TRUST_SERVICES = [
  { name: 'Diabetes education course', reason: 'type-1-and-type-2-diabetes', terms: ['diabetes'] },
  { name: 'Falls clinic exercise programme', reason: 'falls-prevention', terms: ['strength-and-balance'] },
  { name: 'Pulmonary rehabilitation', reason: 'respiratory', terms: ['pulmonary-rehabilitation'] },
  { name: 'Weight management', reason: 'healthy-lifestyle-support-and-weight-reduction', terms: ['healthy-eating'] },
] as const;
