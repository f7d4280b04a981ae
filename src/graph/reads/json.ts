/**
 * SQL expressions whose value is JSON text, byte for byte what JSON.stringify prints of the same data. Text is concatenated:
 * it costs PostgreSQL less than building json values and printing them.
 */

/** A text literal of SQL. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Parts of which none is null, one after the other. The operator costs half of what concat() does, which asks each part's type. */
export const join = (parts: readonly string[]): string => `(${parts.join(' || ')})`;

const LITERAL = /^'((?:[^']|'')*)'$/;
const BETWEEN_LITERALS = /^'((?:[^']|'')*)' \|\| (.*) \|\| '((?:[^']|'')*)'$/;

/** An object of keys and JSON expressions, in this order. Constant text that meets is joined here rather than by PostgreSQL. */
export function object(pairs: readonly (readonly [key: string, json: string])[]): string {
  if (!pairs.length) return `${literal('{}')}::text`;
  const parts: string[] = [];
  let constant = '';
  pairs.forEach(([key, json], i) => {
    constant += `${i ? ',' : '{'}${JSON.stringify(key)}:`;
    const [, whole] = LITERAL.exec(json) ?? [];
    const [, before = '', inner = json, after = ''] = BETWEEN_LITERALS.exec(json) ?? [];
    if (whole !== undefined) constant += whole.replaceAll("''", "'");
    else {
      parts.push(literal(constant + before.replaceAll("''", "'")), inner);
      constant = after.replaceAll("''", "'");
    }
  });
  return parts.length ? join([...parts, literal(`${constant}}`)]) : `${literal(`${constant}}`)}::text`;
}

/** Raised where only graphql-js can say what the specification asks: a null in a non-null field, a number JSON prints otherwise. */
export const RUN_PLAIN = 'graph.run_plain()';

const orNull = (json: string, nullable: boolean) => `coalesce(${json}, ${nullable ? "'null'" : RUN_PLAIN})`;

/** Of an aggregate's rows, which may be none: their JSON in an array. */
export const array = (json: string, order = '', filter = '') =>
  join(["'['", `coalesce(string_agg(${json}, ','${order})${filter}, '')`, "']'"]);

/** Raw in our text only where an entry's place is put in when it is sent: JSON escapes it everywhere else. */
export const SPLICE = '\u0001';

/** PostgreSQL and JavaScript agree on the shortest digits, not on when to write an exponent: neither does within these bounds. */
const float = (column: string) =>
  `case when ${column} <> 0 and abs(${column}) not between 1e-3 and 1e14 and strpos(${column}::text, 'e') > 0 then ${RUN_PLAIN} else ${column}::text end`;

/** A column as JSON. */
export function value(column: string, form: string, nullable: boolean, prefix = ''): string {
  switch (form) {
    case 'id':
      // the key of a row that is there
      return `'"${prefix}_' || ${column} || '"'`;
    case 'code':
      return orNull(`'"' || ${column} || '"'`, nullable);
    case 'spliced':
      return literal(`${SPLICE}${column.split('.').at(-1)}${SPLICE}`);
    case 'datetime':
      return orNull(`to_char(${column} at time zone 'UTC', '"\\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\\""')`, nullable);
    case 'date':
      return orNull(`'"' || ${column} || '"'`, nullable);
    case 'int':
    case 'number':
      return orNull(`${column}::text`, nullable);
    case 'boolean':
      return `case when ${column} then 'true' when not ${column} then 'false' else ${nullable ? "'null'" : RUN_PLAIN} end`;
    case 'float':
      return orNull(float(`${column}::float8`), nullable);
    default:
      return orNull(`to_json(${column})::text`, nullable);
  }
}

/** Text without anything JSON escapes, as a JSON string. */
export const quoted = (expression: string) => orNull(`'"' || ${expression} || '"'`, true);

/** A cursor as keyset.ts encodes it: base64url without padding. PostgreSQL's base64 wraps at 76 characters. */
export const cursor = (orderValues: string) =>
  `translate(encode(convert_to(${orderValues}, 'UTF8'), 'base64'), E'+/=\\n', '-_')`;
