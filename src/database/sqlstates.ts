/**
 * The hub's own SQLSTATEs: what a definition raises, and what becomes of it. SQL says `using errcode = 'LW404'`; a code that is not
 * listed here fails lint. docs/errors.md is printed from here.
 */
export const sqlStates = {
  REVOKED: ['LW401', 'The token was revoked.', '`UNAUTHENTICATED`'],
  NOT_PERMITTED: ['LW403', 'Visible, but not for this viewer to do.', '`NOT_PERMITTED`'],
  NOT_FOUND: ['LW404', 'Absent, or not for this viewer to see: the two are one.', '`NOT_FOUND`'],
  CONFLICT: ['LW409', 'Something else in the meantime, or already, stands against it.', '`CONFLICT`'],
  WITHDRAWN: ['LW410', 'The person has withdrawn from the referral.', '`CONSENT_WITHDRAWN`'],
  NO_AGREEMENT: ['LW451', 'The organisation has no sharing agreement in force.', '`NO_AGREEMENT`'],
  CHILD: ['LW452', 'A child under 16 whose competence was not assessed.', '`CONSENT_REQUIRED`'],
  CHAIN_TOO_LONG: ['LW453', 'The person was referred on five times already.', '`INVALID`'],
  RUN_PLAIN: [
    'LW500',
    'A compiled read met what only the plain executor can answer.',
    'nothing: the operation runs plain',
  ],
} as const satisfies Record<string, readonly [code: string, meaning: string, answer: string]>;

/** True where PostgreSQL refused for one of these reasons. */
export function hasState(error: unknown, ...states: (keyof typeof sqlStates)[]): boolean {
  const code = (error as { code?: string } | null | undefined)?.code;
  return states.some((state) => sqlStates[state][0] === code);
}
