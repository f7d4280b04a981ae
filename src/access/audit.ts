import { escapeLiteral } from 'pg';
import type { Identity } from '../database';

/** What one operation touched, gathered while it ran. */
export class Touched {
  readonly persons = new Set<string>();
  readonly referrals = new Set<string>();
}

export interface AuditEntry {
  requestId: string;
  /** The operation's name in the document, or its root fields. */
  operation: string;
  action: 'READ' | 'WRITE' | 'DELIVER';
  outcome: 'OK' | 'REFUSED' | 'FAILED';
}

const uuids = (ids: Iterable<string>) => `'{${[...ids].join(',')}}'`;
const text = (value: string | undefined) => (value === undefined ? 'null' : escapeLiteral(value));

/**
 * One row an operation, in its own transaction: no audit row, no answer. Text rather than a prepared statement, so that it travels
 * in one message with the commit.
 */
export function auditStatement(identity: Identity, entry: AuditEntry, touched: Touched): string {
  return (
    'insert into hub.audit (party, practitioner, roles, purpose, request_id, operation, action, outcome, person_ids, referral_ids) values (' +
    `${text(identity.party)}, ${text(identity.practitioner)}, ${text(identity.roles.join(','))}, ${text(identity.purpose)}, ` +
    `${text(entry.requestId)}, ${text(entry.operation.slice(0, 200))}, '${entry.action}', '${entry.outcome}', ` +
    `${uuids(touched.persons)}, ${uuids(touched.referrals)}); `
  );
}
