import { maskNhsNumbers } from '../../kernel/nhs-number';
import { attempt, Refused, type Origin } from '../read/attempt';
import { readDate } from '../read/dates';
import { jsonEntries } from '../read/json';
import { postcode, removePersonalEmails, slug, stripHtml } from '../read/text';
import { get, isObject, list, number, text, unique, type JsonObject } from '../read/values';
import type { Connector, InFile, Mapped, ServiceDraft } from '../draft';

/**
 * Open Referral UK feeds, v1 and v3 (HSDS-UK 3.0): pages, bare lists, single services, and services at locations.
 * Both versions are read by the same rules, since published feeds mix their fields.
 */
export const openReferral: Connector = {
  format: 'oruk',
  sector: 'VOLUNTARY',
  async *read(files: InFile[]): AsyncGenerator<Mapped> {
    const named = new Map<string, { name: string; where: string }>();
    for (const file of files) {
      for (const found of items(file)) {
        if ('ok' in found) yield found;
        else yield attempt(found, () => once(serviceOf(found.value), found, named));
      }
    }
  },
};

interface Item extends Origin {
  value: unknown;
}

const ENVELOPES = ['contents', 'content', 'data', 'items', 'results', 'services'];

function* items(file: InFile): Generator<Item | Mapped> {
  for (const entry of jsonEntries(file)) {
    const page = 'ok' in entry ? undefined : pageOf(entry.value);
    if (!page) {
      yield entry;
      continue;
    }
    const owner = (entry as Item).value;
    for (const [at, value] of page.entries()) {
      yield { file: file.name, line: at + 1, raw: JSON.stringify(value ?? null), value: withOwner(value, owner) };
    }
  }
}

/** A page's list; an item of a list that has an id and a name is a service and no page. */
function pageOf(value: unknown): unknown[] | undefined {
  const key = ENVELOPES.find((name) => Array.isArray(get(value, name)));
  return key && (key === 'services' || !text(value, 'id')) ? (get(value, key) as unknown[]) : undefined;
}

/** HSDS lists services under their organisation too. */
function withOwner(value: unknown, owner: unknown): unknown {
  if (!isObject(value) || value.organization || !text(owner, 'id') || !text(owner, 'name')) return value;
  return { ...value, organization: owner };
}

/** Feeds hold one id twice with different names; which of the two is meant cannot be known, so the first stays. */
function once(draft: ServiceDraft, origin: Origin, named: Map<string, { name: string; where: string }>): ServiceDraft {
  const before = named.get(draft.externalId);
  if (before && before.name !== draft.name) {
    throw new Refused('service.id', `another service has this id: entry ${before.where}`);
  }
  if (!before) named.set(draft.externalId, { name: draft.name, where: `${origin.line} of ${origin.file}` });
  return draft;
}

export function serviceOf(item: unknown): ServiceDraft {
  const service = isObject(get(item, 'service')) ? (get(item, 'service') as JsonObject) : item;
  if (!isObject(service)) throw new Refused('service', 'this entry is not a service');
  const externalId = text(service, 'id');
  if (!externalId) throw new Refused('service.id', 'the service has no id');
  const name = plain(text(service, 'name'));
  if (!name) throw new Refused('service.name', 'the service has no name');
  const organisation = organisationOf(service);
  const terms = termsOf(service);
  const locations = [get(item, 'location'), ...list(service.service_at_locations).map((each) => get(each, 'location'))];
  return {
    kind: 'service',
    externalId,
    name,
    description: plain(text(service, 'description')),
    organisation,
    status: statusOf(text(service, 'status')),
    categories: unique(terms.map((term) => slug(term) || undefined)),
    eligibility: eligibilityOf(service),
    ...agesOf(service),
    areas: areasOf(service),
    costs: costsOf(service),
    languages: unique(list(service.languages).map((each) => languageOf(each))),
    assuredOn: readDate(text(service, 'assured_date')),
    fundingEndsOn: fundingEnd(service),
    ...placeOf(locations.filter(isObject)),
    green: terms.some((term) => GREEN.test(term)),
    accessibility: accessibilityOf([service, ...locations]),
  };
}

/** Feeds mark a service as outdoors only through its taxonomy terms. */
const GREEN = /\b(green|outdoors?|nature|blue[ -](space|health|prescribing|gym))\b/i;

/** What a person wrote, fit to be shown to anyone. */
function plain(value: string | undefined): string | undefined {
  return value && (maskNhsNumbers(removePersonalEmails(stripHtml(value))) || undefined);
}

function organisationOf(service: JsonObject): ServiceDraft['organisation'] {
  const organisation = service.organization;
  if (!isObject(organisation)) throw new Refused('service.organization', 'the service has no organisation');
  const externalId = text(organisation, 'id');
  const name = plain(text(organisation, 'name'));
  if (!externalId) throw new Refused('service.organization.id', 'the organisation has no id');
  if (!name) throw new Refused('service.organization.name', 'the organisation has no name');
  const listed = [...list(organisation.organization_identifiers), ...list(organisation.identifiers)];
  const identifiers = listed.flatMap((each) => {
    const system = text(each, 'identifier_scheme') ?? text(each, 'register') ?? text(each, 'identification_body');
    const value = text(each, 'identifier');
    return system && value ? [{ system, value }] : [];
  });
  return { externalId, name, identifiers };
}

const STATUS = new Map<string, ServiceDraft['status']>([
  ['', 'active'], // v1 lets it out
  ['active', 'active'],
  ['inactive', 'inactive'],
  ['defunct', 'inactive'],
  ['temporarily closed', 'inactive'],
]);

function statusOf(status: string | undefined): ServiceDraft['status'] {
  const found = STATUS.get((status ?? '').toLowerCase().replace(/[\s_-]+/g, ' '));
  if (!found) throw new Refused('service.status', 'this is none of active, inactive, defunct, temporarily closed');
  return found;
}

/** v1 hangs taxonomy terms under `service_taxonomys`, v3 under `attributes`. */
function termsOf(service: JsonObject): string[] {
  const v1 = list(service.service_taxonomys).map((each) => get(each, 'taxonomy') ?? each);
  const v3 = list(service.attributes).map((each) => get(each, 'taxonomy_term') ?? get(each, 'term'));
  return unique([...v1, ...v3].map((term) => text(term, 'name') ?? text(term, 'term') ?? text(term, 'id')));
}

function eligibilityOf(service: JsonObject): string | undefined {
  const rules = list(service.eligibilitys).map((each) => plain(text(each, 'eligibility')));
  return unique([plain(text(service, 'eligibility_description')), ...rules]).join('; ') || undefined;
}

/** Publishers write -1 for "not set". */
function agesOf(service: JsonObject): Pick<ServiceDraft, 'minimumAge' | 'maximumAge'> {
  const rules = [service, ...list(service.eligibilitys)];
  const age = (key: string) =>
    rules.map((rule) => number(get(rule, key))).find((each) => each !== undefined && each >= 0);
  const [minimumAge, maximumAge] = [wholeYears(age('minimum_age')), wholeYears(age('maximum_age'))];
  // A rule that nobody can meet is a slip, and would hide the service from everyone.
  if (minimumAge !== undefined && maximumAge !== undefined && minimumAge > maximumAge) return {};
  return { minimumAge, maximumAge };
}

function wholeYears(age: number | undefined): number | undefined {
  return age === undefined || age > 150 ? undefined : Math.floor(age);
}

const DISTRICT = /^[A-Z]{1,2}[0-9][A-Z0-9]?$/;

function areasOf(service: JsonObject): string[] {
  return unique(
    list(service.service_areas).flatMap((area) => {
      const name = plain(text(area, 'service_area') ?? text(area, 'name'));
      if (!name) return [];
      const parts = name.toUpperCase().split(/[\s,;]+/);
      return parts.every((part) => DISTRICT.test(part)) ? parts : [name];
    }),
  );
}

function costsOf(service: JsonObject): string | undefined {
  const options = list(service.cost_options).map((option) => {
    const amount = number(get(option, 'amount'));
    const price = amount === undefined ? undefined : amount === 0 ? 'free' : priceOf(amount, text(option, 'currency'));
    const told = [price, plain(text(option, 'amount_description'))].filter(Boolean).join(' ');
    return [plain(text(option, 'option')), told].filter(Boolean).join(': ') || undefined;
  });
  const fees = plain(text(service, 'fees_description') ?? text(service, 'fees'));
  return unique(options).join('; ') || fees;
}

/** v1 and v3-UK state no currency: both are sterling by scope. */
function priceOf(amount: number, currency = 'GBP'): string {
  const sum = Number.isInteger(amount) ? String(amount) : amount.toFixed(2);
  return /^gbp$/i.test(currency) ? `£${sum}` : `${sum} ${currency.toUpperCase()}`;
}

function languageOf(language: unknown): string | undefined {
  return text(language, 'name') ?? text(language, 'language') ?? text(language, 'code') ?? text(language);
}

/** No version of the standard has an end of funding; some publishers add one, under these names. */
function fundingEnd(service: JsonObject): string | undefined {
  const funds = [...list(service.funding), ...list(service.fundings)];
  const ends = funds.map((each) => readDate(text(each, 'valid_to') ?? text(each, 'end_date') ?? text(each, 'ends_on')));
  return ends
    .filter((each) => each !== undefined)
    .sort()
    .pop();
}

function placeOf(locations: JsonObject[]): Pick<ServiceDraft, 'latitude' | 'longitude' | 'postcode'> {
  const addresses = locations.flatMap((each) => [...list(each.addresses), ...list(each.physical_addresses)]);
  const code = addresses.map((each) => postcode(text(each, 'postal_code'))).find(Boolean);
  for (const location of locations) {
    const [latitude, longitude] = [number(location.latitude), number(location.longitude)];
    if (latitude === undefined || longitude === undefined) continue;
    // The official example has latitude 100; 0, 0 lies in the sea and means "not set".
    const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0);
    if (isPlace) return { latitude, longitude, postcode: code };
  }
  return { postcode: code };
}

function accessibilityOf(holders: unknown[]): string[] {
  const told = holders.flatMap((each) => [
    ...list(get(each, 'accessibility')),
    ...list(get(each, 'accessibility_for_disabilities')),
  ]);
  return unique(told.map((each) => plain(text(each, 'accessibility') ?? text(each, 'description') ?? text(each))));
}
