import { sql, type Transaction } from '../../database';
import { globalId } from '../../kernel';
import { Sector } from '../../modules/organisations';
import { lockReferral, MovementService, OpeningService, ReferralAction, ReferralKind } from '../../modules/referrals';
import type { ReferralDraft } from '../draft';
import { hashOf } from '../inbox';
import { type Applied, NotApplied } from './outcome';
import { withoutNumbers } from './mask';

const wait = sql(
  'bars.wait',
  "select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'referral:', $1::text, $2::text), 0))",
);
const sent = sql('bars.sent', 'select hub.sent_referral($1, $2) as id');
const refresh = sql('bars.refresh', 'select hub.refresh_referral($1, $2, $3) as outcome');

/** Sectors a message may come from, and the route it then arrived by. */
const ROUTES: Record<string, string> = {
  PRIMARY_CARE: 'general-practice',
  COMMUNITY_SERVICES: 'community-services',
  SOCIAL_CARE: 'social-care',
  VOLUNTARY: 'voluntary-sector',
};

const movements = new MovementService();
const openings = new OpeningService();

/** Who receives, already looked up in the directory; undefined where the message names nobody known. */
export interface Resolved {
  receiver?: string;
  inbox: string;
}

/** Opens, updates or cancels a referral as its sender, through the same services as the graph's mutations. */
export async function applyReferral(tx: Transaction, sentDraft: ReferralDraft, resolved: Resolved): Promise<Applied> {
  const draft = withoutNumbers(sentDraft);
  // the same message twice at once: the second waits, and then finds what the first opened
  await tx.query(wait, [draft.system, draft.externalId]);
  const known = (await tx.one<{ id: string | null }>(sent, [draft.system, draft.externalId]))?.id ?? undefined;
  if (draft.intent === 'new') return known ? 'duplicate' : open(tx, draft, resolved);
  if (!known) throw new NotApplied('ServiceRequest.id', 'No referral of this sender has it: send it as new first.');
  return draft.intent === 'cancel' ? cancel(tx, draft, known) : update(tx, draft, known, resolved);
}

async function open(tx: Transaction, draft: ReferralDraft, { receiver, inbox }: Resolved): Promise<Applied> {
  if (!receiver) {
    const field = draft.receiverFrom === 'destination' ? 'MessageHeader.destination' : 'ServiceRequest.performer';
    throw new NotApplied(field, 'The receiver is not in the directory: check its ODS code.');
  }
  const { person, consent } = draft;
  await openings.open(
    tx,
    {
      idempotencyKey: draft.messageId,
      kind: ReferralKind.LINK_WORKER,
      route: ROUTES[tx.identity.sector ?? ''] ?? 'general-practice',
      reasons: draft.reasons,
      note: draft.note,
      receiver: globalId('org', receiver),
      person: { ...person, postcode: undefined },
      // without a Consent resource, or with direct care alone, nobody but sender and receiver hears
      consent: {
        givenBy: consent?.givenBy ?? 'referrer',
        givenAt: new Date(consent?.givenAt ?? draft.authoredAt),
        shareWith: (consent?.shareWith ?? []) as Sector[],
      },
    },
    {
      system: draft.system,
      id: draft.externalId,
      practiceOds: person.practiceOds,
      nhsNumberVerified: person.nhsNumberVerified,
      postcode: person.postcode,
      inbox,
      rawHash: hashOf(JSON.stringify(person)),
    },
  );
  return 'applied';
}

async function update(tx: Transaction, draft: ReferralDraft, referral: string, resolved: Resolved): Promise<Applied> {
  if (draft.receiverOds && !resolved.receiver)
    throw new NotApplied('ServiceRequest.performer', 'The receiver is not in the directory: check its ODS code.');
  const record = {
    system: draft.system,
    externalId: draft.externalId,
    recordKind: 'Patient',
    summary: 'As sent by the referrer',
    // with the message's id: a later message may rightly say what an earlier one said
    rawHash: hashOf(JSON.stringify([draft.messageId, draft.person])),
    inbox: resolved.inbox,
    person: draft.person,
  };
  const news = { receiver: resolved.receiver, reasons: draft.reasons, note: draft.note?.trim() || undefined };
  const row = await tx.one<{ outcome: string }>(refresh, [referral, JSON.stringify(record), JSON.stringify(news)]);
  if (row?.outcome === 'other-receiver') {
    throw new NotApplied(
      'ServiceRequest.performer',
      'An update does not change the receiver: cancel the referral and send a new one.',
    );
  }
  return row?.outcome === 'changed' ? 'applied' : 'duplicate';
}

async function cancel(tx: Transaction, draft: ReferralDraft, referral: string): Promise<Applied> {
  const state = await lockReferral(tx, referral);
  if (state?.status === 'CANCELLED') return 'duplicate';
  await movements.move(tx, ReferralAction.CANCEL, {
    referral: globalId('ref', referral),
    reason: draft.cancelReason?.trim() || 'Cancelled by the referrer',
  });
  return 'applied';
}
