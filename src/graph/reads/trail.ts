import type { NamedStatement } from './cache';

const COLUMNS =
  '(party, practitioner, roles, purpose, request_id, operation, action, outcome, person_ids, referral_ids)';

/** The insert of an operation's audit row, from placeholders of its request and name: who touched whom. No audit row, no answer. */
export const auditInsert = (
  action: 'READ' | 'DELIVER',
  { request, operation, persons, referrals }: Record<'request' | 'operation' | 'persons' | 'referrals', string>,
) =>
  `insert into hub.audit ${COLUMNS} select hub.viewer_party(), hub.viewer_practitioner(), current_setting('app.roles'), ` +
  `nullif(current_setting('app.purpose'), ''), ${request}::text, ${operation}::text, '${action}', 'OK', ${persons}, ${referrals}`;

/** A read with its audit row; its request's id and its operation's name are the last parameters. */
export function audited({ text, slots }: NamedStatement): string {
  const trail = auditInsert('READ', {
    request: `$${slots.length + 1}`,
    operation: `$${slots.length + 2}`,
    persons: "coalesce(persons, '{}')",
    referrals: "coalesce(referrals, '{}')",
  });
  return `with answer as materialized (${text}), trail as (${trail} from answer) select data from answer`;
}
