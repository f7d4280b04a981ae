import { sql, type Transaction } from '../../database';
import type { SourceRecordDraft } from '../draft';
import { hashOf } from '../inbox';
import { type Applied } from './outcome';
import { withoutNumbers } from './mask';

const keep = sql('records.keep', 'select hub.keep_source_record($1) as outcome');

/** A record of the sender's own: kept with its provenance and read by its sender. The database matches the person. */
export async function applySourceRecord(tx: Transaction, draft: SourceRecordDraft, inbox: string): Promise<Applied> {
  const { person, system, externalId, recordKind, summary, attendance, occurredAt } = withoutNumbers(draft);
  const rawHash = hashOf(JSON.stringify([person, summary, attendance, occurredAt]));
  const record = { person, system, externalId, recordKind, summary, attendance, occurredAt, rawHash, inbox };
  const row = await tx.one<{ outcome: Applied }>(keep, [JSON.stringify(record)]);
  return row?.outcome ?? 'duplicate';
}
