import { sql, type Transaction } from '../../database';
import { appendEvent } from '../../feed';
import { invalid, notFound, notPermitted, Refusal, type Results, UserErrorCode } from '../../graph';
import { localId } from '../../kernel';
import { checkWorking, MovementService } from '../referrals';
import { ChoiceDecision, type ChoiceInput, type RecordChoicesInput } from './choice.type';

const findServices = sql('choices.services', 'select id from graph.service where id = any ($1::uuid[])');
const insert = sql(
  'choices.insert',
  `insert into hub.choice (referral_id, service_id, decision, why, organisation_id)
   select $1, c.service, c.decision, c.why, hub.viewer_party()
   from unnest($2::uuid[], $3::text[], $4::text[]) with ordinality c (service, decision, why, place) order by c.place`,
);

export class ChoiceService {
  constructor(private readonly movements: MovementService) {}

  async record(tx: Transaction, input: RecordChoicesInput): Promise<Results> {
    const referral = await this.movements.require(tx, localId('ref', input.referral));
    if (!referral.writer) throw notPermitted('Only its receiver records choices.', 'input', 'referral');
    checkWorking(referral);
    const services = checkMenu(input.choices);
    const found = new Set((await tx.query<{ id: string }>(findServices, [services])).map(({ id }) => id));
    const missing = services.findIndex((id) => !found.has(id));
    if (missing >= 0) throw notFound('input', 'choices', String(missing), 'service');
    await tx.query(insert, [
      referral.id,
      services,
      input.choices.map(({ decision }) => decision),
      input.choices.map(({ why }) => why?.trim() || null),
    ]);
    await appendEvent(tx, 'CHOICES_RECORDED', referral.id);
    return { referral: referral.id };
  }
}

/** The services of a menu, each once, each refusal with its why. */
function checkMenu(choices: ChoiceInput[]): string[] {
  if (!choices.length) throw invalid('Record at least one choice.', 'input', 'choices');
  const services = choices.map(({ service }) => localId('srv', service));
  choices.forEach(({ decision, why }, i) => {
    const path = ['input', 'choices', String(i)];
    if (services.indexOf(services[i] ?? '') < i)
      throw invalid('Each service stands on the menu once.', ...path, 'service');
    if (decision === ChoiceDecision.DECLINED && !why?.trim()) {
      throw Refusal.of(UserErrorCode.REASON_REQUIRED, 'Say why the person declined it.', [...path, 'why']);
    }
  });
  return services;
}
