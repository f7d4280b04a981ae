import { sql, type Transaction } from '../../database';
import { invalid, notFound, type Results } from '../../graph';
import { localId } from '../../kernel';
import type { PostMessageInput } from './message.type';

const post = sql('messages.post', 'select hub.post_message($1, $2, $3) as posted');
const audience = sql('messages.audience', 'select a as id from hub.message_audience($1, $2) a');

const organisations = (to: string[] | null | undefined) => to?.map((id) => localId('org', id)) ?? null;

/** Messages between the live parties of a referral. Who may be named, and who reads, the database decides. */
export class MessageService {
  async post(tx: Transaction, input: PostMessageInput): Promise<Results> {
    if (!input.text.trim()) throw invalid('A message says something.', 'input', 'text');
    if (input.to?.length === 0) throw invalid('Name somebody, or leave it out.', 'input', 'to');
    const referral = localId('ref', input.referral);
    const { posted } = (await tx.one<{ posted: { note?: string | null; unknown?: number } }>(post, [
      referral,
      input.text.trim(),
      organisations(input.to),
    ])) ?? { posted: {} };
    if (posted.unknown !== undefined) throw notFound('input', 'to', String(posted.unknown));
    if (!posted.note) throw invalid('Nobody else of this referral is there to read it.', 'input', 'to');
    return { referral };
  }

  /** Ids of those who would read a message, as far as this viewer may know them. */
  async audience(tx: Transaction, referral: string, to?: string[] | null): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(audience, [localId('ref', referral), organisations(to)]);
    return rows.map(({ id }) => id);
  }
}
