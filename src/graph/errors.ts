import { Field, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { hasState, type sqlStates } from '../database';

/** Why an expected failure happened. Each code is documented; clients may switch on it. */
export enum UserErrorCode {
  NOT_FOUND = 'NOT_FOUND',
  NOT_PERMITTED = 'NOT_PERMITTED',
  INVALID = 'INVALID',
  CONSENT_REQUIRED = 'CONSENT_REQUIRED',
  CONSENT_WITHDRAWN = 'CONSENT_WITHDRAWN',
  ILLEGAL_TRANSITION = 'ILLEGAL_TRANSITION',
  NOT_ELIGIBLE = 'NOT_ELIGIBLE',
  NO_CAPACITY = 'NO_CAPACITY',
  CONFLICT = 'CONFLICT',
  NO_AGREEMENT = 'NO_AGREEMENT',
  REASON_REQUIRED = 'REASON_REQUIRED',
  IDEMPOTENCY_MISMATCH = 'IDEMPOTENCY_MISMATCH',
  STALE_VERSION = 'STALE_VERSION',
}

/** What each code means and what a client does about it; docs/errors.md is printed from here. */
export const userErrorCodes: Record<UserErrorCode, [description: string, remedy: string]> = {
  NOT_FOUND: [
    'Absent, or not for this viewer to see: the two answer alike.',
    'Check the id at `path`; ask whoever gave it whether your organisation is a party.',
  ],
  NOT_PERMITTED: [
    'Visible, but not for this viewer to do.',
    'Offer only what `allowedActions` holds; another party may do it.',
  ],
  INVALID: ['The input breaks a rule; `path` names the place.', 'Show `message` beside the field at `path`.'],
  CONSENT_REQUIRED: ['The person has not agreed to this.', 'Ask the person, record the consent, and send it again.'],
  CONSENT_WITHDRAWN: ['The person agreed, and has withdrawn it.', 'Stop. Only a new consent opens it again.'],
  ILLEGAL_TRANSITION: [
    'The referral cannot move so from where it stands; see `allowed`.',
    'Read `from` and `allowed` of IllegalTransition, and show the referral as it stands.',
  ],
  NOT_ELIGIBLE: [
    "The service's declared age or area excludes the person.",
    'Ask `eligibilityCheck` for services that fit.',
  ],
  NO_CAPACITY: ['The service is paused.', 'Choose another, or wait for CAPACITY_CHANGED.'],
  CONFLICT: [
    'Something else in the meantime, or already, stands against it.',
    'Read it again and let the user decide.',
  ],
  NO_AGREEMENT: ['The organisation has no sharing agreement in force.', 'Ask the network to renew the agreement.'],
  REASON_REQUIRED: ['This needs a reason or a plan with it.', 'Ask the user for it; `path` names the field.'],
  IDEMPOTENCY_MISMATCH: [
    'The key was used before with another input.',
    'Use a new key for a new intent; repeat a key only with the very same input.',
  ],
  STALE_VERSION: [
    'The referral has changed since it was read.',
    'Read it again, show what changed, and send the new `version`.',
  ],
};
registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why an expected failure happened.',
  valuesConfig: Object.fromEntries(
    Object.entries(userErrorCodes).map(([code, [description]]) => [code, { description }]),
  ) as never,
});

const messageOptions = { description: 'What went wrong and what to do about it, for people. Holds no personal data.' };
const pathOptions = { nullable: true, description: 'The input at fault, from the outside in.' };
const codeOptions = { description: 'What kind of failure this is.' };

@InterfaceType({
  description: "An expected failure of a mutation. Unexpected ones stand in the response's `errors`.",
  resolveType: (error: UserError) => error.constructor.name,
})
export abstract class UserError {
  @Field(() => UserErrorCode, codeOptions) code: UserErrorCode;
  @Field(() => String, messageOptions) message: string;
  @Field(() => [String], pathOptions) path?: string[] | null;
}

@ObjectType({ implements: UserError, description: 'An expected failure that needs no fields of its own.' })
export class GenericUserError extends UserError {
  static of(code: UserErrorCode, message: string, path?: string[]): GenericUserError {
    return Object.assign(new GenericUserError(), { code, message, path: path ?? null });
  }
}

/** Thrown inside a mutation to refuse it: undoes what it wrote and becomes its `userErrors`. */
export class Refusal extends Error {
  constructor(readonly errors: UserError[]) {
    super(errors.map((error) => error.code).join(', '));
  }

  static of(code: UserErrorCode, message: string, path?: string[]): Refusal {
    return new Refusal([GenericUserError.of(code, message, path)]);
  }
}

export const notFound = (...path: string[]) =>
  Refusal.of(UserErrorCode.NOT_FOUND, 'Nothing with this id is visible to you.', path);
export const invalid = (message: string, ...path: string[]) => Refusal.of(UserErrorCode.INVALID, message, path);
export const notPermitted = (message: string, ...path: string[]) =>
  Refusal.of(UserErrorCode.NOT_PERMITTED, message, path);

/** PostgreSQL's own code for a policy that refused. */
const REFUSED_BY_POLICY = '42501';

/** What a refusal of the guard's triggers, policies and keeper functions becomes in `userErrors`. */
export function refusalOf(error: unknown, ...path: string[]): Refusal | undefined {
  const refused = refusals.find(([state]) => hasState(error, state));
  if (refused) return refused[1](path);
  return (error as { code?: string } | undefined)?.code === REFUSED_BY_POLICY ? notFound(...path) : undefined;
}

const refusals: [keyof typeof sqlStates, (path: string[]) => Refusal][] = [
  ['NOT_FOUND', (path) => notFound(...path)],
  ['NOT_PERMITTED', (path) => notPermitted('This is not for your organisation to do.', ...path)],
  ['CONFLICT', (path) => Refusal.of(UserErrorCode.CONFLICT, 'The referral has moved meanwhile; read it again.', path)],
  [
    'WITHDRAWN',
    (path) => Refusal.of(UserErrorCode.CONSENT_WITHDRAWN, 'The person has withdrawn from this referral.', path),
  ],
  [
    'NO_AGREEMENT',
    (path) => Refusal.of(UserErrorCode.NO_AGREEMENT, 'Your organisation has no sharing agreement in force.', path),
  ],
  [
    'CHILD',
    (path) =>
      Refusal.of(
        UserErrorCode.CONSENT_REQUIRED,
        'For a child under 16: name who with parental responsibility agreed in givenBy, or say competenceAssessed.',
        [...path, 'consent', 'givenBy'],
      ),
  ],
  [
    'CHAIN_TOO_LONG',
    (path) =>
      invalid(
        'A person is referred on five times at the most: hand back to the link worker instead.',
        ...path,
        'referral',
      ),
  ],
];
