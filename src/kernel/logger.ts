import pino, { type Logger } from 'pino';

export type { Logger };

/**
 * One JSON line an entry, on stderr: stdout belongs to what a command prints. No entry carries a query's variables, a token or a
 * row, so that no log holds a person.
 */
export function createLogger(level: string): Logger {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: false }),
  );
}
