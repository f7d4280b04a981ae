import type { Touched, Viewer } from '../access';
import type { Database, Transaction } from '../database';
import type { FeedStreams } from '../feed';
import type { FeedCursors, Logger } from '../kernel';
import { Loaders } from './loaders';
import type { CompiledReads } from './reads';

/** What the hub is made of, once a process. */
export interface Services {
  database: Database;
  streams: FeedStreams;
  cursors: FeedCursors;
  logger: Logger;
  /** Signs what must not be forged or guessed: cursors, and the hash of an input behind an idempotency key. */
  secret: string;
  /** Events were committed here: the sequencer need not wait. */
  committed: () => void;
  /** The one-statement executor. */
  reads: CompiledReads;
}

/** One operation: its viewer, its transaction, its loaders. Never shared. */
export interface GraphContext {
  viewer: Viewer;
  requestId: string;
  services: Services;
  tx: Transaction;
  loaders: Loaders;
  touched: Touched;
  /** Set by a mutation that wrote something, so that the commit wakes the sequencer. */
  wrote: boolean;
  /** What is written down once the answer stands, in a transaction of its own: what a read found missing, for instance. */
  afterwards: ((tx: Transaction) => Promise<unknown>)[];
  /** True where a mutation answered with userErrors, for the audit. */
  refused: boolean;
}
