import { createHmac } from 'node:crypto';

/** What a webhook is sent of an event: the same envelope as by query, socket and stream. docs/channels.md says what it means. */
export const ENVELOPE = `subscription Webhook($after: FeedCursor) {
  feedback(after: $after) {
    __typename
    ... on FeedbackEvent {
      id
      sequence
      previousSequence
      cursor
      kind
      occurredAt
      disclosure
      summary
      reference
      requiresAcknowledgement
      actor { id name }
      referral { id reference version status updatedAt }
      service { id name }
      contact { id at attendance }
      measurement { id occasion takenOn }
    }
    ... on FeedReset { reason resumeFrom }
  }
}`;

/**
 * The secret of one generation of a webhook's key, in the form of Standard Webhooks. It follows from the hub's own secret, so none
 * is stored.
 */
export const secretOf = (hubSecret: string, webhook: string, generation: number) =>
  `whsec_${createHmac('sha256', hubSecret).update(`webhook ${webhook} ${generation}`).digest('base64')}`;
