import type { Draft, Mapped } from '../draft';

/** Where a row or entry came from. */
export interface Origin {
  file: string;
  line: number;
  raw: string;
}

/** Thrown by mapping code for one row; `reason` is our own wording and holds no value from the file. */
export class Refused extends Error {
  constructor(
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${field}: ${reason}`);
  }
}

/** Reached only through a fault of ours; tests assert that nothing reaches it. */
export const CONNECTOR_FAULT = 'the connector failed on this entry; report it, then retry after the upgrade';

/** One bad row must not stop the rest of an import. */
export function attempt(origin: Origin, map: () => Draft): Mapped {
  try {
    return { ok: true, ...where(origin), draft: map() };
  } catch (error) {
    if (error instanceof Refused) return refusal(origin, error.field, error.reason);
    return refusal(origin, 'connector', CONNECTOR_FAULT);
  }
}

export function refusal(origin: Origin, field: string, reason: string): Mapped {
  return { ok: false, ...where(origin), field, reason };
}

function where({ file, line, raw }: Origin): Origin {
  return { file, line, raw };
}
