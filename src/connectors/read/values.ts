/**
 * Reading JSON that others wrote: every step may be absent or of the wrong type, and nothing here throws.
 * A lone value counts as a list of one, because publishers confuse the two and XML cannot tell them apart.
 */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** Follows a path of keys; an array on the way stands for its first element. */
export function get(value: unknown, ...path: string[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (Array.isArray(at)) at = at[0];
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** The text at a path: trimmed, not empty, without NUL. Numbers count, since publishers leave quotes off ids. */
export function text(value: unknown, ...path: string[]): string | undefined {
  const found = path.length ? get(value, ...path) : value;
  if (typeof found === 'number') return Number.isFinite(found) ? String(found) : undefined;
  if (typeof found !== 'string') return undefined;
  return found.replaceAll('\0', '').trim() || undefined;
}

export function number(value: unknown): number | undefined {
  const written = text(value);
  if (written === undefined || !/^-?\d+(\.\d+)?$/.test(written)) return undefined;
  return Number(written);
}

export function bool(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return undefined;
}

export function unique<T>(values: Iterable<T | undefined>): T[] {
  const seen = new Set<T>();
  for (const value of values) if (value !== undefined) seen.add(value);
  return [...seen];
}
