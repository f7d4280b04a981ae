import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition, not for a time; the limit only turns a hang into a failure that says what was awaited. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitMs = 10_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await delay(10);
  }
}
