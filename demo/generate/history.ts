import { END } from './calendar';
import type { HistoryLine } from '../../src/cli/demo-history';
import { referrals } from './referrals';
import { tell } from './stories';

const told = referrals.map((referral) => ({ referral, ...tell(referral) }));

/** Stories are cut off at the demo's present: what had not happened by then has not happened. */
export const history: readonly HistoryLine[] = told
  .flatMap(({ lines }) => lines)
  .filter(({ at }) => new Date(at) < END)
  .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

/** Referrals that their practice cancels, and when. */
export const cancellations: ReadonlyMap<string, Date> = new Map(
  told.flatMap(({ referral, cancelledAt }) =>
    cancelledAt && cancelledAt < END ? [[referral.id, cancelledAt] as const] : [],
  ),
);
