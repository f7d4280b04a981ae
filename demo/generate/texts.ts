import type { Random } from './random';

// Short, kind, and about nobody: what link workers and charities might note. No names, no numbers.

export const ACCEPTED = [
  'Thank you, we will ring this week.',
  'Received; first call booked.',
  'Happy to help. Will ring the mobile first.',
  'Welcome. A letter in large print is on its way.',
];
export const WAITING = [
  'On the list; we check in by phone each month.',
  'First free place is some weeks away; a welcome call was made.',
  'Prefers a morning place, so a little longer to wait.',
];
export const PAUSED = [
  'In hospital for a planned operation; pausing until home.',
  'Away with family for some weeks; would like to carry on after.',
  'Caring has become heavier; asked for a break.',
];
export const RESUMED = ['Home again and keen to go on.', 'Back, rested, and asked to pick up where we left off.'];
export const STARTED = ['First meeting booked at the library.', 'Began with a phone call; prefers to take it slowly.'];

export const ATTENDED = [
  'Talked about what a good week would look like. Chose one small step.',
  'Sorted the pile of post together; two letters needed an answer and got one.',
  'Walked round the block and back. Laughed for the first time in a while.',
  'Rang the council together and got a date.',
  'Looked at three groups; liked the sound of the one with tea.',
  'Went along together to the first session and stayed to the end.',
  'Sleep is better. Would like to see the grandchildren more.',
  'Made a list of who to ring on a bad day.',
  'Filled in the travel pass form.',
  'Anxious about buses; we planned the route and tried it.',
  'Cooked at home twice this week and is pleased about it.',
  'Daughter joined by phone. Agreed who does what.',
];
export const JOINED_IN = [
  'Came along, stayed for tea and will come again.',
  'Quiet at first, then talked with two others the whole way.',
  'Brought papers; we listed the debts and wrote to two lenders.',
  'Second time here. Walked the longer loop.',
  'Enjoyed it; asked about helping to set up next time.',
  'Took home the leaflet and a date for next week.',
];
export const NOT_SEEN = [
  'No answer at the door; left a card.',
  'Did not come; sent a friendly text.',
  'Rang twice, no reply. Will try in the morning.',
  'Not there at the time we agreed; will offer a phone call instead.',
];
export const COULD_NOT_COME = [
  'Bus was cancelled; rang to say so.',
  'Unwell today and rang ahead; new date agreed.',
  'Had to wait in for the boiler; moved to next week.',
  'Hospital appointment came through for the same time.',
];

export const DECLINED_BY_LINK_WORKER = [
  'Lives outside our area',
  'Already supported by another team',
  'Needs a clinical service first; returned with a suggestion',
  'Person asked not to go ahead when we rang',
];
export const DECLINED_BY_PROVIDER = [
  'No places until January',
  'The group is too far for the person to travel',
  'Needs more support than volunteers can give safely',
];
export const CANCELLED = ['Person has moved away', 'Sent in error', 'Person would rather wait until the new year'];

export const SUMMARIES = [
  'Came with worry about money and evenings alone. Now has a payment plan and two regular outings.',
  'Built up slowly from phone calls to going out each week. Feels more at ease.',
  'Housing put right with help; mood followed. Knows whom to ring.',
  'Found a group that suits and a neighbour to go with.',
  'Tried two things, kept one. Says mornings have a shape again.',
  'Confidence is back enough to take the bus alone.',
  'Learned to ask for help early. Family is more involved.',
  'Steady progress with a setback in the middle that we planned around.',
];
export const PROVIDER_SUMMARIES = [
  'Took part for the full course and stays on as a regular.',
  'Finished the sessions; met what was hoped for.',
  'Had the advice needed; letters are answered and a plan is in place.',
  'Came three times, then chose something nearer home.',
];

export const MODES = ['face-to-face', 'face-to-face', 'telephone', 'telephone', 'home-visit', 'video'] as const;
export const BARRIERS = [
  'TRANSPORT',
  'HEALTH',
  'CARING_DUTIES',
  'LANGUAGE',
  'LITERACY',
  'DIGITAL',
  'COST',
  'STIGMA',
  'EXPECTATIONS',
  'WAIT',
] as const;

/** Most entries have no note at all, as in life. */
export function perhaps(random: Random, probability: number, texts: readonly string[]): { note?: string } {
  return random.chance(probability) ? { note: random.pick(texts) } : {};
}
