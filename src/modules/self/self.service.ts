import { sql, type Transaction } from '../../database';
import type { Viewer } from '../../access';
import { invalid, notFound, notPermitted, Refusal, type Results, UserErrorCode } from '../../graph';
import { globalId, localId, newReference, normaliseNhsNumber } from '../../kernel';
import { consentDraft } from '../consent';
import { personDraft } from '../referrals';
import type { SelfReferInput } from './self.type';

const refer = sql('self.refer', 'select hub.self_refer($1) as result');

/** What the keeper says the input got wrong, before it wrote anything. */
const wrongs = {
  reasons: () => invalid('Each reason is a key of referralReasons.', 'input', 'reasons'),
  network: () => notFound('input', 'network'),
  receiver: () =>
    Refusal.of(UserErrorCode.NO_CAPACITY, 'No organisation there that you allow takes self-referrals now.', [
      'input',
      'network',
    ]),
  person: () => invalid('Say what you are called.', 'input', 'person', 'familyName'),
};

/** A person refers herself. Her token says who she is; what she says of herself goes to one organisation of the network she names. */
export class SelfReferralService {
  async refer(tx: Transaction, viewer: Viewer, input: SelfReferInput): Promise<Results> {
    if (viewer.kind !== 'person' || !viewer.nhsNumber) {
      throw notPermitted('For the person herself; staff use createReferral with the route self-referral.', 'input');
    }
    const { id, nhsNumber } = input.person;
    if (id != null && id !== globalId('per', viewer.party ?? '')) throw notFound('input', 'person', 'id');
    if (nhsNumber != null && normaliseNhsNumber(nhsNumber) !== viewer.nhsNumber) {
      throw notPermitted('Refer yourself: leave the number out, or give your own.', 'input', 'person', 'nhsNumber');
    }
    if (!input.reasons.length) throw invalid('Give at least one reason.', 'input', 'reasons');
    const consent = await consentDraft(tx, input.consent, ['input', 'consent']);
    const draft = {
      number: viewer.nhsNumber,
      person: personDraft(tx, { ...input.person, nhsNumber: viewer.nhsNumber }),
      reference: newReference(),
      network: localId('net', input.network),
      reasons: [...new Set(input.reasons)],
      consent,
      note: input.note,
    };
    const row = await tx.one<{ result: { referral?: string; wrong?: keyof typeof wrongs } }>(refer, [draft]);
    if (!row?.result.referral) throw wrongs[row?.result.wrong ?? 'receiver']();
    return { referral: row.result.referral };
  }
}
