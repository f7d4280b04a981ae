/** What applying a draft did. 'duplicate': it was known, and nothing changed. */
export type Applied = 'applied' | 'duplicate';

/** A draft that cannot be applied: the place in the file's own words, and why. */
export class NotApplied extends Error {
  constructor(
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${field}: ${reason}`);
  }
}
