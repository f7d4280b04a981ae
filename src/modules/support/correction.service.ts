import { sql, type Transaction } from '../../database';
import { notFound, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId, prefixOf } from '../../kernel';
import type { VoidEntryInput } from './correction.type';

const voidEntry = sql('corrections.void', 'select hub.void_entry($1, $2, $3) as referral');

const voidDeath = sql('corrections.death', 'select hub.void_death($1, $2) as referral');

const KINDS: Record<string, string> = { con: 'contact', mea: 'measurement', cho: 'choice', not: 'note' };

/**
 * Entries made in error are marked, never removed. Whoever reads the entry reads the mark, also through an event of the feed;
 * no event is raised: whoever heard nothing of the entry is not to hear of its end, and counting an attendance twice would be
 * worse than reading its mark late. What the entry set off (support started, a review asked for) stands.
 * A death is the exception: everybody heard that the person had died, so it is taken back aloud, and what it closed goes on.
 */
export class CorrectionService {
  async void(tx: Transaction, input: VoidEntryInput): Promise<Results> {
    if (!input.reason.trim())
      throw Refusal.of(UserErrorCode.REASON_REQUIRED, 'Say what was wrong.', ['input', 'reason']);
    const prefix = prefixOf(input.entry) ?? '';
    if (prefix === 'ref') {
      const living = await tx.one<{ referral: string }>(voidDeath, [localId('ref', input.entry), input.reason.trim()]);
      return { referral: living?.referral ?? '' };
    }
    const kind = KINDS[prefix];
    if (!kind) throw notFound('input', 'entry');
    const values = [kind, localId(prefix, input.entry), input.reason.trim()];
    const voided = await tx.one<{ referral: string }>(voidEntry, values);
    return { referral: voided?.referral ?? '' };
  }
}
