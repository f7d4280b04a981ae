import { setTimeout as delay } from 'node:timers/promises';

/** Waits so long, or until the signal aborts. Never rejects. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  delay(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);

/**
 * A generator whose `return` also ends a wait it is parked in: by itself a generator hears of `return` only at its next yield.
 */
export function endable<T>(make: (signal: AbortSignal) => AsyncGenerator<T>): AsyncGenerator<T> {
  const stop = new AbortController();
  const made = make(stop.signal);
  const end = made.return.bind(made);
  made.return = (value) => {
    stop.abort();
    return end(value);
  };
  return made;
}
