// Formats SQL that PostgreSQL printed, by the formatter that `npm run lint` holds the project's own SQL to.
import * as prettier from 'prettier';
import { projectRoot } from './bootstrap.mjs';

const optionsFor = async (file) => ({ ...(await prettier.resolveConfig(`${projectRoot}/${file}`)), filepath: file });

/** One statement, with its semicolon; as it is where the formatter cannot read it. */
export async function formatStatement(text) {
  return (
    await prettier
      .format(`${text};`, { ...(await optionsFor('statement.sql')), sqlParamTypes: ['$nr'] })
      .catch(() => `${text};`)
  ).trim();
}

/** Each thing by itself: what the formatter cannot read stays as PostgreSQL printed it. */
export async function formatCatalogue(text) {
  const options = await optionsFor('catalogue.sql');
  const parts = inOrdinaryWords(text).split(/\n\n(?=create|CREATE|insert|alter|grant)/);
  const formatted = await Promise.all(parts.map((part) => prettier.format(part, options).catch(() => part)));
  return `${formatted.map((part) => part.trim()).join('\n\n')}\n`;
}

/** PostgreSQL prints calls of two functions in the words of the SQL standard, which the formatter does not read. */
function inOrdinaryWords(text) {
  return text.replaceAll(/TRIM\(BOTH FROM /g, 'btrim(').replaceAll(/ from (\d+) for (\d+)\)/gi, ', $1, $2)');
}
