import { sql, type Transaction } from '../../database';
import { invalid, notFound, notPermitted, type Results } from '../../graph';
import { localId } from '../../kernel';
import type { SetPracticeShareInput, UpdateCapacityInput } from './capacity.inputs';

const findService = sql('capacity.service', 'select organisation_id from graph.service where id = $1');
const update = sql('capacity.update', 'select hub.update_capacity($1, $2)');
const findOrganisation = sql('capacity.organisation', 'select sector from graph.organisation where id = $1');
const findColleague = sql(
  'capacity.colleague',
  'select id from graph.practitioner where id = $1 and organisation_id = hub.viewer_party()',
);
const setShare = sql('capacity.share', 'select hub.set_practice_share($1, $2, $3) as id');

const NUMBERS = ['placesLeft', 'waitingListLength', 'fundedPlaces', 'volunteers'] as const;
const MOST = 100_000;

/** What services and link workers can take. */
export class CapacityService {
  async update(tx: Transaction, input: UpdateCapacityInput): Promise<Results> {
    const service = localId('srv', input.service);
    const found = await tx.one<{ organisation_id: string }>(findService, [service]);
    if (!found) throw notFound('input', 'service');
    if (found.organisation_id !== tx.identity.party)
      throw notPermitted('Only who offers a service says what it can take.', 'input', 'service');
    const given = NUMBERS.filter((field) => input[field] !== undefined);
    for (const field of given) checkNumber(input[field], field);
    if (!given.length && input.paused == null) throw invalid('Say what has changed.', 'input');
    const change = Object.fromEntries(given.map((field) => [field, input[field]]));
    await tx.query(update, [service, { ...change, paused: input.paused ?? null }]);
    return { service };
  }

  async share(tx: Transaction, input: SetPracticeShareInput): Promise<Results> {
    const practice = localId('org', input.practice);
    const found = await tx.one<{ sector: string }>(findOrganisation, [practice]);
    if (!found) throw notFound('input', 'practice');
    if (found.sector !== 'PRIMARY_CARE') throw invalid('Shares are for general practices.', 'input', 'practice');
    const practitioner = input.practitioner == null ? null : localId('pra', input.practitioner);
    if (practitioner && !(await tx.one(findColleague, [practitioner])))
      throw invalid('Not a practitioner of your organisation.', 'input', 'practitioner');
    checkNumber(input.quota, 'quota');
    const share = await tx.one<{ id: string }>(setShare, [practice, practitioner, input.quota]);
    return { share: share?.id ?? '' };
  }
}

function checkNumber(given: number | null | undefined, field: string): void {
  if (given != null && (given < 0 || given > MOST)) throw invalid(`From 0 to ${MOST}.`, 'input', field);
}
