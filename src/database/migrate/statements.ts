/** A quoted text, a quoted name, a body between dollars, a comment, or the end of a statement. */
const PARTS = /'(?:[^']|'')*'|"[^"]*"|\$\$[\s\S]*?\$\$|--[^\n]*|;/g;

/** The statements of an SQL text, each with the comment above it. A `;` inside a text, a body or a comment ends nothing. */
export function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let start = 0;
  for (const { 0: part, index } of text.matchAll(PARTS)) {
    if (part !== ';') continue;
    statements.push(text.slice(start, index + 1).trim());
    start = index + 1;
  }
  if (withoutComments(text.slice(start)).trim()) throw new Error('The last statement has no end.');
  return statements;
}

/** Comments change nothing that a database does. */
export function withoutComments(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|--[^\n]*/g, (part) => (part.startsWith('--') ? '' : part));
}
