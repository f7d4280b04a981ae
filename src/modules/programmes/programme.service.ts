import { sql, type Transaction } from '../../database';
import { invalid, notFound, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId } from '../../kernel';
import { CohortRuleKind } from './programme.enums';
import type { CohortRuleInput, PublishServiceParametersInput } from './programme.inputs';

const find = sql('programmes.find', 'select id from graph.programme where id = $1');
const publish = sql('programmes.publish', 'select hub.publish_parameters($1, $2) as result');

const NAMING: readonly CohortRuleKind[] = [CohortRuleKind.AREA, CohortRuleKind.CONDITION];
const YES_OR_NO: readonly CohortRuleKind[] = [CohortRuleKind.LIVES_ALONE, CohortRuleKind.NOT_ENGAGED];
const MOST_RULES = 30;

/** Publishes what a programme promises and asks. Who may is decided in the database; here are the rules of the input. */
export class ProgrammeService {
  async publish(tx: Transaction, input: PublishServiceParametersInput): Promise<Results> {
    const programme = localId('prg', input.programme);
    if (!(await tx.one(find, [programme]))) throw notFound('input', 'programme');
    for (const field of ['plannedDays', 'maximumContacts', 'responseDays'] as const) {
      const given = input[field];
      if (given != null && (given < 1 || given > 3650)) throw invalid('From 1 to 3650.', 'input', field);
    }
    const rules = input.rules ?? [];
    if (rules.length > MOST_RULES) throw invalid(`At most ${MOST_RULES} rules.`, 'input', 'rules');
    rules.forEach(checkRule);
    const answer = await tx.one<{ result: { stale?: number } }>(publish, [programme, { ...input, rules }]);
    if (answer?.result.stale !== undefined) {
      throw Refusal.of(
        UserErrorCode.STALE_VERSION,
        `Version ${answer.result.stale} is in force, so the next is ${answer.result.stale + 1}: read the programme again.`,
        ['input', 'version'],
      );
    }
    return { programme };
  }
}

function checkRule(rule: CohortRuleInput, place: number): void {
  const path = ['input', 'rules', String(place)];
  if (!rule.wording.trim()) throw invalid('Say the rule in words.', ...path, 'wording');
  const ranged = rule.minimum != null || rule.maximum != null;
  const named = Boolean(rule.oneOf?.length);
  if (NAMING.includes(rule.kind)) {
    if (!named || ranged) throw invalid('This kind needs oneOf, and no range.', ...path, 'oneOf');
  } else if (YES_OR_NO.includes(rule.kind)) {
    if (named || ranged) throw invalid('This kind asks yes or no: it has no range and no list.', ...path);
  } else if (!ranged || named) {
    throw invalid('This kind needs minimum or maximum, and no list.', ...path, 'minimum');
  } else if (rule.minimum != null && rule.maximum != null && rule.minimum > rule.maximum) {
    throw invalid('The minimum is beyond the maximum.', ...path, 'minimum');
  }
}
