const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An id no row has: what an id of the wrong kind decodes to, so that wrong, absent and forbidden answer alike. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** `ref` and a row's uuid make the global id `ref_…`. */
export function globalId(prefix: string, uuid: string): string {
  return `${prefix}_${uuid}`;
}

/** The uuid of a global id of this kind, or NOBODY. */
export function localId(prefix: string, id: unknown): string {
  const text = String(id);
  const uuid = text.slice(prefix.length + 1);
  return text.startsWith(`${prefix}_`) && UUID.test(uuid) ? uuid : NOBODY;
}

/** The prefix of a well-formed global id. */
export function prefixOf(id: unknown): string | undefined {
  const [prefix, uuid] = String(id).split('_', 2);
  return prefix && UUID.test(uuid ?? '') ? prefix : undefined;
}
