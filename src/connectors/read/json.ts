import { decode } from './decode';
import { refusal, type Origin } from './attempt';
import type { InFile, Mapped } from '../draft';

/** One JSON document of a file: the file itself, an element of its top-level array, or a line of NDJSON. */
export interface JsonEntry extends Origin {
  value: unknown;
}

export function* jsonEntries(file: InFile): Generator<JsonEntry | Mapped> {
  const text = decode(file.bytes);
  const whole = { file: file.name, line: 1, raw: text ?? '' };
  if (text === undefined) {
    yield refusal(whole, 'file', 'the text encoding could not be read; JSON is UTF-8');
    return;
  }
  const document = parse(text);
  if (document) yield* elements(file.name, text, document.value);
  else if (looksLikeNdjson(file.name, text)) yield* lines(file.name, text);
  else yield refusal(whole, 'file', 'this is not JSON, or it is nested too deeply');
}

/** The parser's own message quotes the file, so it is not passed on. */
function parse(text: string): { value: unknown } | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const DEEPEST = 100;

/** The parser reads any depth, but what walks or writes the result again recurses. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (inString && mark === '\\') at++;
    else if (mark === '"') inString = !inString;
    else if (!inString && (mark === '{' || mark === '[') && ++depth > DEEPEST) return true;
    else if (!inString && (mark === '}' || mark === ']')) depth--;
  }
  return false;
}

function* elements(file: string, text: string, value: unknown): Generator<JsonEntry> {
  if (!Array.isArray(value)) yield { file, line: 1, raw: text, value };
  else for (const [at, each] of value.entries()) yield { file, line: at + 1, raw: JSON.stringify(each), value: each };
}

function looksLikeNdjson(name: string, text: string): boolean {
  if (/\.(ndjson|jsonl)$/i.test(name)) return true;
  const [first, second] = text.split(/\r?\n/, 200).filter((line) => line.trim());
  return second !== undefined && (parse(first) !== undefined || parse(second) !== undefined) && first.startsWith('{');
}

function* lines(file: string, text: string): Generator<JsonEntry | Mapped> {
  let line = 0;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    line += 1;
    if (!raw.trim()) continue;
    const document = parse(raw);
    if (document) yield { file, line, raw, value: document.value };
    else yield refusal({ file, line, raw }, 'line', 'this line is not JSON, or it is nested too deeply');
  }
}
