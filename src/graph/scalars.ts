import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { isValidNhsNumber, normaliseNhsNumber } from '../kernel';

/** Never quotes the value: it may name a person. */
function refuse(scalar: string, form: string): never {
  throw new GraphQLError(`${scalar} must be ${form}.`, { extensions: { code: 'BAD_USER_INPUT' } });
}

function textScalar<Inner>(
  name: string,
  description: string,
  form: string,
  parse: (text: string) => Inner | undefined,
  serialize: (value: unknown) => string,
) {
  const read = (value: unknown) => (typeof value === 'string' ? parse(value) : undefined) ?? refuse(name, form);
  return new GraphQLScalarType<Inner, string>({
    name,
    description,
    serialize,
    parseValue: read,
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined),
  });
}

const INSTANT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 and PostgreSQL both know the years 1 to 9999, and neither a year 0. */
const inYears = (instant: Date): boolean => instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999;

export const DateTime = textScalar<Date>(
  'DateTime',
  'An instant: RFC 3339, in UTC, to the millisecond. Input may carry any offset.',
  'an RFC 3339 instant with an offset, such as 2026-03-01T09:30:00.000Z',
  (text) => (INSTANT.test(text) && inYears(new Date(text)) ? new Date(text) : undefined),
  (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
);

export const CalendarDate = textScalar<string>(
  'Date',
  'A calendar date without a time: ISO 8601, such as 2026-03-01.',
  'an ISO 8601 date, such as 2026-03-01',
  (text) => {
    const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
    return date && inYears(date) && date.toISOString().startsWith(text) ? text : undefined;
  },
  String,
);

export const NhsNumber = textScalar<string>(
  'NhsNumber',
  'An NHS number: ten digits of which the last is a Modulus 11 check digit (NHS Data Dictionary). Spaces are accepted on input.',
  'ten digits with a valid Modulus 11 check digit',
  (text) => (isValidNhsNumber(text) ? normaliseNhsNumber(text) : undefined),
  String,
);

export const FeedCursor = textScalar<string>(
  'FeedCursor',
  "A place in one party's feed: opaque, signed, good for that party alone. Keep the newest and resume from it.",
  'a cursor this hub gave out',
  (text) => text,
  String,
);
