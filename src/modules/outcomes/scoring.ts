import { invalid } from '../../graph';

export type Scoring = 'NONE' | 'SCORE' | 'SUM' | 'COUNT';

export interface ItemRule {
  key: string;
  minimum: number;
  maximum: number;
  optional: boolean;
  /** Answers that count one each, where the score is a count. */
  scores_on: number[];
}

/** An instrument as its data says, in its current version. */
export interface InstrumentRules {
  key: string;
  version: number;
  minimum: number;
  maximum: number;
  scoring: Scoring;
  whole_numbers: boolean;
  items: ItemRule[];
  conversions: { score: number; converted: number }[];
  /** By from_score, lowest first. */
  levels: { from_score: number; label: string }[];
}

export interface Answer {
  key: string;
  value: number;
}

export interface Scored {
  items: Record<string, number>;
  score: number | null;
  convertedScore: number | null;
  level: string | null;
}

/** Checks what was taken and scores it. The arithmetic is the instrument's; a sender's score is believed only where no items contradict it. */
export function scoreOf(rules: InstrumentRules, answers: Answer[], given: number | null): Scored {
  const items = checkItems(rules, answers, given);
  const score = checkScore(rules, items, given);
  return {
    items,
    score,
    convertedScore: rules.conversions.find((each) => each.score === score)?.converted ?? null,
    level: score === null ? null : (rules.levels.filter((each) => each.from_score <= score).at(-1)?.label ?? null),
  };
}

function checkItems(rules: InstrumentRules, answers: Answer[], given: number | null): Record<string, number> {
  // a score alone is what many systems keep
  if (!answers.length && (rules.scoring === 'SCORE' || (rules.scoring !== 'NONE' && given !== null))) return {};
  const keys = new Set(answers.map(({ key }) => key));
  const known = new Map(rules.items.map((item) => [item.key, item]));
  const complete = rules.items.every(({ key, optional }) => optional || keys.has(key));
  if (keys.size < answers.length || (!complete && answers.length < rules.items.length)) refuseItems(rules, answers);
  answers.forEach(({ key, value }, i) => {
    const item = known.get(key);
    if (!item) {
      if (!known.size) refuseItems(rules, answers);
      throw invalid(`Items of ${rules.key}: ${[...known.keys()].join(', ')}.`, 'input', 'items', String(i), 'key');
    }
    if (!within(rules, item, value)) throw invalid(rangeOf(rules, item), 'input', 'items', String(i), 'value');
  });
  return Object.fromEntries(answers.map(({ key, value }) => [key, value]));
}

function refuseItems(rules: InstrumentRules, answers: Answer[]): never {
  if (!answers.length && rules.scoring !== 'NONE')
    throw invalid(`${rules.key} needs its items or its score.`, 'input', 'score');
  const wanted = rules.items.map(({ key, optional }) => (optional ? `${key} (if there is one)` : key));
  const takes = wanted.length ? `its items ${wanted.join(', ')}, once each` : 'its score and no items';
  throw invalid(`${rules.key} takes ${takes}.`, 'input', 'items');
}

function checkScore(rules: InstrumentRules, items: Record<string, number>, given: number | null): number | null {
  if (rules.scoring === 'NONE') {
    if (given !== null) throw invalid(`${rules.key} has no score: its items are never summed.`, 'input', 'score');
    return null;
  }
  const answered = Object.keys(items).length > 0;
  if (!answered) {
    if (given === null) throw invalid(`${rules.key} needs its score.`, 'input', 'score');
    if (!within(rules, rules, given)) throw invalid(rangeOf(rules, rules), 'input', 'score');
    return given;
  }
  const score = rules.items.reduce((total, item) => total + worth(rules, item, items[item.key] ?? 0), 0);
  if (given !== null && given !== score)
    throw invalid('The score is not what the items come to: send the items alone.', 'input', 'score');
  return score;
}

const worth = ({ scoring }: InstrumentRules, { scores_on: counts }: ItemRule, value: number) =>
  scoring === 'COUNT' ? Number(counts.includes(value)) : value;

interface Range {
  minimum: number;
  maximum: number;
}
const within = ({ whole_numbers: whole }: InstrumentRules, { minimum, maximum }: Range, value: number) =>
  value >= minimum && value <= maximum && (!whole || Number.isInteger(value));
const rangeOf = ({ key, whole_numbers: whole }: InstrumentRules, { minimum, maximum }: Range) =>
  `${key} goes from ${minimum} to ${maximum} here${whole ? ', in whole numbers' : ''}.`;
