import { sql, type Transaction } from '../../database';
import { invalid, notFound, notPermitted, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId } from '../../kernel';
import { checkWorking, MovementService } from '../referrals';
import type { AcknowledgeEscalationInput, EscalateToGpInput } from './escalation.type';

const escalate = sql('crisis.escalate', 'select hub.escalate($1) as result');
const acknowledge = sql('crisis.acknowledge', 'select hub.acknowledge_escalation($1, $2) as id');
const findOrganisation = sql('crisis.organisation', 'select sector from graph.organisation where id = $1');

const wrongs = {
  practice: () =>
    invalid('Name a practice that takes part here: no such practice of this person is known.', 'input', 'practice'),
  basis: () =>
    Refusal.of(
      UserErrorCode.CONSENT_REQUIRED,
      'The person has excluded this practice. It may be told only with the basis VITAL_INTERESTS, which she is shown.',
      ['input', 'basis'],
    ),
};

/** Takes a crisis out of the queue to a clinician. Who hears of it is settled in the database's keeper. */
export class CrisisService {
  constructor(private readonly movements: MovementService) {}

  async escalate(tx: Transaction, input: EscalateToGpInput): Promise<Results> {
    const referral = await this.movements.require(tx, localId('ref', input.referral));
    if (referral.disclosure !== 'FULL' && !referral.writer) {
      throw notPermitted('Whoever supports the person escalates.', 'input', 'referral');
    }
    checkWorking(referral, ['RECEIVED']);
    for (const field of ['basis', 'facts'] as const) {
      if (!input[field].trim()) throw Refusal.of(UserErrorCode.REASON_REQUIRED, 'Say why.', ['input', field]);
    }
    const practice = input.practice == null ? null : await this.practiceOf(tx, input.practice);
    const draft = { referral: referral.id, practice, basis: input.basis.trim(), facts: input.facts.trim() };
    const row = await tx.one<{ result: { escalation?: string; wrong?: keyof typeof wrongs } }>(escalate, [draft]);
    if (!row?.result.escalation) throw wrongs[row?.result.wrong ?? 'practice']();
    return { escalation: row.result.escalation };
  }

  async acknowledge(tx: Transaction, input: AcknowledgeEscalationInput): Promise<Results> {
    const row = await tx.one<{ id: string }>(acknowledge, [localId('esc', input.escalation), input.note ?? null]);
    return { escalation: row?.id ?? '' };
  }

  private async practiceOf(tx: Transaction, id: string): Promise<string> {
    const practice = localId('org', id);
    const found = await tx.one<{ sector: string }>(findOrganisation, [practice]);
    if (!found) throw notFound('input', 'practice');
    if (found.sector !== 'PRIMARY_CARE') throw invalid('A crisis goes to a general practice.', 'input', 'practice');
    return practice;
  }
}
