import { GraphQLError } from 'graphql';
import { decodeCursor } from './keyset';
import type { Order } from './declare';

/** The page an operation asks for. */
export interface Page {
  limit: number;
  /** From the end, towards the beginning. */
  backward: boolean;
  /** Order values of the cursor the page starts beyond. */
  beyond?: string[];
}

export const MOST_ROWS = 100;

const badInput = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** Reads `first`, `after`, `last` and `before`. A null `first` stands for the default, as leaving it out does. */
export function pageOf(args: Record<string, unknown>, order: readonly Order[], pageSize: number): Page {
  const { first, after, last, before } = args as {
    first?: number | null;
    after?: string | null;
    last?: number | null;
    before?: string | null;
  };
  if ((last != null || before != null) && (first != null || after != null)) {
    throw badInput('Ask for first and after, or for last and before, not for both.');
  }
  const backward = last != null || before != null;
  const limit = (backward ? last : first) ?? pageSize;
  if (limit < 0 || limit > MOST_ROWS) throw badInput(`A page holds 0 to ${MOST_ROWS} rows.`);
  return { limit, backward, beyond: decodeCursor(order, backward ? before : after) };
}
