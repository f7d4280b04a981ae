/** Plain text out of what publishers send. The result is text, not safe HTML: whoever shows it still escapes it. */

const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['pound', '£'],
  ['euro', '€'],
  ['ndash', '–'],
  ['mdash', '—'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['hellip', '…'],
  ['bull', '•'],
  ['middot', '·'],
  ['eacute', 'é'],
  ['copy', '©'],
  ['reg', '®'],
  ['trade', '™'],
  ['deg', '°'],
]);

const SILENT = new Set(['script', 'style', 'template', 'noscript', 'iframe', 'object', 'svg']);
const BREAKING = new Set(['p', 'br', 'div', 'li', 'ul', 'ol', 'tr', 'table', 'section', 'article', 'blockquote']);

/** Decodes once, so that `&amp;lt;` stays the text `&lt;`. */
export function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return NAMED.get(name.toLowerCase()) ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : '';
  });
}

/** One pass from left to right, so that a hostile description costs no more than its length. */
export function stripHtml(html: string): string {
  let out = '';
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    out += html.slice(at, open);
    const name = /^<\/?([a-z][a-z0-9]{0,15})(?![a-z0-9])|^<(!--)/i.exec(html.slice(open, open + 20));
    if (!name) {
      out += '<'; // "under 18s < £5" is not a tag
      at = open + 1;
      continue;
    }
    at = afterTag(html, open, name[2] ? '-->' : '>', (name[1] ?? '').toLowerCase());
    if (BREAKING.has((name[1] ?? '').toLowerCase())) out += '\n';
  }
  return tidy(decodeEntities(out + html.slice(at)));
}

/** Where text goes on after a tag; an unfinished tag or silent element swallows the rest. */
function afterTag(html: string, open: number, end: string, name: string): number {
  const closed = html.indexOf(end, open);
  if (closed < 0) return html.length;
  if (!SILENT.has(name) || html[open + 1] === '/') return closed + end.length;
  const closing = new RegExp(`</${name}`, 'gi');
  closing.lastIndex = closed;
  const last = closing.exec(html) ? html.indexOf('>', closing.lastIndex) : -1;
  return last < 0 ? html.length : last + 1;
}

function tidy(text: string): string {
  return text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replaceAll('\0', '')
    .trim();
}

/** `Low self-esteem/confidence` becomes `low-self-esteem-confidence`. */
export function slug(label: string): string {
  return label
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join('-');
}

const ROLE_MAILBOX =
  /^(info|information|contact|contactus|enquiries|enquiry|hello|office|admin|administration|referral|referrals|support|help|helpline|bookings?|reception|team|mail|advice)([._-].*)?$/i;

/** An address that names a person is personal data wherever it stands, so only role mailboxes stay in text. */
export function removePersonalEmails(text: string): string {
  return text.replace(/(?<![\w.+-])([\w.+-]{1,64})@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}/g, (address, mailbox: string) =>
    ROLE_MAILBOX.test(mailbox) ? address : '[e-mail removed]',
  );
}

export function postcode(value: string | undefined): string | undefined {
  return value?.toUpperCase().replace(/\s+/g, ' ').trim() || undefined;
}
