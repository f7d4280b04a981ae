import type { Identity } from '../database';

/** Who is asking: party, roles, purpose. What they may see or do is decided in the database, from this. */
export interface Viewer extends Identity {
  kind: 'organisation' | 'person' | 'operator';
  roles: readonly string[];
  expiresAt: Date;
  /** Of a person: the number she signed in with, which names her where the hub does not know her yet. */
  nhsNumber?: string;
}

/** Its token has run out. */
export const isOver = ({ expiresAt }: Viewer): boolean => expiresAt.getTime() <= Date.now();

/** Whoever runs the hub, at its own command line: writes the directory, belongs to no party. */
export const operator: Viewer = { kind: 'operator', roles: ['operator'], expiresAt: new Date(8.64e15) };

/** Nobody's fault but the caller's: no token, or one that does not hold. Says which, never what was in it. */
export class Unauthenticated extends Error {
  readonly code = 'UNAUTHENTICATED';
}

/** The issuer's keys cannot be had: nothing is known of the token, and the caller may try again. */
export class IssuerUnavailable extends Error {}
