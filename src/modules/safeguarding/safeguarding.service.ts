import { sql, type Transaction } from '../../database';
import { Refusal, type Results, UserErrorCode } from '../../graph';
import { localId } from '../../kernel';
import type { RecordSafeguardingNoteInput, RequestEmergencyAccessInput } from './safeguarding.type';

const record = sql('safeguarding.record', 'select hub.record_safeguarding_note($1, $2)');
const request = sql('safeguarding.emergency', 'select hub.request_emergency_access($1, $2)');

const required = (text: string, field: string): string => {
  if (!text.trim()) throw Refusal.of(UserErrorCode.REASON_REQUIRED, 'Say what and why.', ['input', field]);
  return text.trim();
};

/** Who may write, read and look is decided in the database's keepers and policies. */
export class SafeguardingService {
  async record(tx: Transaction, input: RecordSafeguardingNoteInput): Promise<Results> {
    await tx.query(record, [localId('ref', input.referral), required(input.text, 'text')]);
    return {};
  }

  async request(tx: Transaction, input: RequestEmergencyAccessInput): Promise<Results> {
    await tx.query(request, [input.nhsNumber, required(input.reason, 'reason')]);
    return {};
  }
}
