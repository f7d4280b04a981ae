import { sql, type Transaction } from '../../database';
import { invalid, notFound, type Results } from '../../graph';
import { localId } from '../../kernel';
import { checkReasons } from '../referrals';
import type { RecordSignpostInput } from './eligibility.type';

const findService = sql('signposts.service', 'select id from graph.service where id = $1');
const findRoute = sql('signposts.route', 'select key from graph.referral_route where key = $1');
const record = sql('signposts.record', 'select hub.record_signpost($1, $2, $3)');

export class SignpostService {
  async record(tx: Transaction, input: RecordSignpostInput): Promise<Results> {
    const service = localId('srv', input.service);
    if (!(await tx.one(findService, [service]))) throw notFound('input', 'service');
    await checkReasons(tx, input.reasons);
    if (!(await tx.one(findRoute, [input.route]))) throw invalid('Not a key of referralRoutes.', 'input', 'route');
    await tx.query(record, [service, input.reasons, input.route]);
    return { recorded: 1 };
  }
}
