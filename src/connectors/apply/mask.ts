import { maskNhsNumbers } from '../../kernel';

/** What is compared with what was sent before, or is the number itself; none of it is passed on to a voluntary organisation. */
const KEPT = new Set(['kind', 'nhsNumber', 'system', 'externalId', 'messageId', 'localId']);

/** A draft whose texts hold no NHS number: a sender's telephone column may, and the text travels on with the person. */
export function withoutNumbers<Value>(value: Value): Value {
  if (typeof value === 'string') return maskNhsNumbers(value) as Value;
  if (Array.isArray(value)) return value.map((each) => withoutNumbers<unknown>(each)) as Value;
  if (!value || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    KEPT.has(key) ? inner : withoutNumbers<unknown>(inner),
  ]);
  return Object.fromEntries(entries) as Value;
}
