import { sql, type Transaction } from '../../database';
import { invalid, type Results } from '../../graph';
import { englandsDay, localId } from '../../kernel';
import { ProxyScope, type EndProxyInput, type RecordProxyInput } from './proxy.type';

const record = sql('people.record-proxy', 'select hub.record_proxy($1) as id');
const end = sql('people.end-proxy', 'select hub.end_proxy($1) as id');

/** Delegations. Who may record and end one, and what it lets through, is decided in the database. */
export class ProxyService {
  async record(tx: Transaction, input: RecordProxyInput): Promise<Results> {
    const today = englandsDay(tx.identity.clock ?? new Date());
    const latest = `${Number(today.slice(0, 4)) + 2}${today.slice(4)}`;
    if (!input.relationship.trim()) throw invalid('Say who they are to the person.', 'input', 'relationship');
    if (input.expiresOn < today || input.expiresOn > latest) {
      throw invalid('The last day is between today and two years from now.', 'input', 'expiresOn');
    }
    const draft = {
      person: localId('per', input.person),
      number: input.nhsNumber,
      relationship: input.relationship.trim(),
      scopes: [...new Set([ProxyScope.READ, ...input.scopes])],
      expiresOn: input.expiresOn,
    };
    return { proxy: (await tx.one<{ id: string }>(record, [draft]))?.id ?? '' };
  }

  async end(tx: Transaction, input: EndProxyInput): Promise<Results> {
    return { proxy: (await tx.one<{ id: string }>(end, [localId('prx', input.proxy)]))?.id ?? '' };
  }
}
