import type { Report } from '.';

const COLOURS: Record<string, string> = {
  limit: '#8a8f98',
  hub: '#0b6e4f',
  postgraphile: '#2f6db5',
  mercurius: '#d98324',
  plain: '#b9b4c7',
};
const BAR = { height: 18, gap: 4, left: 190, width: 420 };

/** Bars of requests/s, of the limit's; nothing where the dashboard query was not measured. */
export function plot({ servers }: Report): string | undefined {
  const rows = servers.filter(({ server, unit }) => unit === 'rows a page' && server in COLOURS);
  if (!rows.length) return undefined;
  const longest = Math.max(1, ...rows.map(({ ofFirst }) => ofFirst));
  const shapes: string[] = [];
  let y = 46;
  for (const [i, { at, server, ofFirst, perSecond }] of rows.entries()) {
    if (rows[i - 1]?.at !== at) {
      y += 14;
      shapes.push(`<text x="16" y="${y + 13}" font-weight="bold">${at} rows a page</text>`);
    }
    const width = Math.round((ofFirst / longest) * BAR.width);
    shapes.push(
      `<text x="${BAR.left - 8}" y="${y + 13}" text-anchor="end">${server}</text>`,
      `<rect x="${BAR.left}" y="${y}" width="${width}" height="${BAR.height}" fill="${COLOURS[server]}"/>`,
      `<text x="${BAR.left + width + 6}" y="${y + 13}">${ofFirst.toFixed(2)} (${Math.round(perSecond)}/s)</text>`,
    );
    y += BAR.height + BAR.gap;
  }
  const size = { width: BAR.left + BAR.width + 120, height: y + 16 };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="16" y="28" font-size="15">Dashboard query: requests per second, as a share of the limit</text>`,
    ...shapes,
    '</svg>\n',
  ].join('\n');
}
