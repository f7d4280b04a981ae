import { createHash } from 'node:crypto';
import { sql, type Transaction } from '../database';
import { maskNhsNumbers } from '../kernel';
import type { Connector, InFile } from './draft';

/** What could not be applied: where, and why; never what it said of anybody. */
export interface Rejection {
  file: string;
  line: number;
  field: string;
  reason: string;
  raw: string;
}

const keep = sql(
  'inbox.keep',
  `insert into hub.inbox (organisation_id, format, sector, name, raw, raw_hash) values (hub.viewer_party(), $1, $2, $3, $4, $5) on conflict do nothing`,
);
const find = sql(
  'inbox.find',
  'select id from hub.inbox where organisation_id is not distinct from hub.viewer_party() and format = $1 and name = $2 and raw_hash = $3',
);
const reject = sql(
  'inbox.quarantine',
  `insert into hub.quarantine (inbox_id, organisation_id, file, line, field, reason, raw)
   values ($1, hub.viewer_party(), $2, $3, $4, $5, $6) on conflict do nothing`,
);

export const hashOf = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** Keeps a file as it was sent, once: the same bytes under the same name are the same message. Returns its id. */
export async function receive(
  tx: Transaction,
  connector: Pick<Connector, 'format' | 'sector'>,
  file: InFile,
): Promise<string> {
  const hash = hashOf(file.bytes);
  await tx.query(keep, [connector.format, connector.sector, file.name, file.bytes, hash]);
  const row = await tx.one<{ id: string }>(find, [connector.format, file.name, hash]);
  if (!row) throw new Error('the inbox did not keep the file');
  return row.id;
}

/** Sets a row aside with what was sent, so that it can be put right and tried again. */
export async function quarantine(tx: Transaction, inbox: string, rejection: Rejection): Promise<void> {
  const { file, line, field, reason, raw } = rejection;
  // text in PostgreSQL holds no NUL; the bytes themselves are in the inbox
  const text = (value: string) => value.replaceAll('\0', '�');
  await tx.query(reject, [inbox, text(file), line, text(field), maskNhsNumbers(text(reason)), text(raw)]);
}
