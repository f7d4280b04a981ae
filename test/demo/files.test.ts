import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { demoFiles, filesFolder } from '../../demo/generate';
import { REASONS } from '../../demo/generate/reasons';
import type { HistoryLine } from '../../src/cli/demo-history';
import { replay, type BarsMessage } from './replay';

interface NetworkFile {
  networks: { key: string }[];
  organisations: { ods: string; sector: string; networks: string[]; receivesReferrals: boolean }[];
  practitioners: { id: string; organisation: string }[];
  agreements: { organisation: string; network: string; from: string; to: string }[];
  programmes: {
    key: string;
    model: string;
    organisation: string;
    services?: { organisation: string; externalId: string }[];
  }[];
  patient: { nhsNumber: string };
}
interface FeedService {
  id: string;
  name: string;
  status: string;
  minimum_age?: number;
  maximum_age?: number;
  organization: { organization_identifiers: { identifier_type: string; identifier: string }[] };
  service_areas: { name: string }[];
  attributes: { taxonomy_term: { name: string } }[];
}
interface Resource {
  resourceType: string;
  id?: string;
  [element: string]: unknown;
}

const folder = filesFolder();
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const lines = <T>(name: string): T[] =>
  text(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
const rows = (name: string): Record<string, string>[] => parse(text(name), { columns: true });
const filesOnDisk = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name).slice(folder.length + 1))
    .sort();

const network = JSON.parse(text('network.json')) as NetworkFile;
const feed = JSON.parse(text('directory.oruk.json')) as { total_items: number; contents: FeedService[] };
const messages = lines<BarsMessage>('bars.ndjson');
const history = lines<HistoryLine>('history.ndjson');
const ods = new Set(network.organisations.map((one) => one.ods));
const odsOf = (service: FeedService): string =>
  service.organization.organization_identifiers.find((one) => one.identifier_type === 'ODS')?.identifier ?? 'none';

/** The ten digits weighted ten to one: the check digit makes the sum a multiple of eleven. */
function passesModulus11(number: string): boolean {
  return [...number].reduce((sum, digit, i) => sum + Number(digit) * (10 - i), 0) % 11 === 0;
}

/** Every `reference` anywhere inside a value. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'reference' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
}

function odsCodesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { system, value: code } = value as { system?: unknown; value?: unknown };
  if (system === 'https://fhir.nhs.uk/Id/ods-organization-code') return [String(code)];
  return Object.values(value).flatMap(odsCodesIn);
}

describe('the demo network as files', () => {
  it('is committed exactly as the generator makes it', () => {
    const made = demoFiles();
    expect(filesOnDisk()).toEqual([...made.keys()].sort());
    for (const [name, content] of made) expect({ name, same: text(name) === content }).toEqual({ name, same: true });
  });

  it('stays under four megabytes', () => {
    const bytes = filesOnDisk().reduce((sum, name) => sum + Buffer.byteLength(text(name)), 0);
    expect(bytes).toBeLessThan(4_000_000);
  });

  it('holds only valid NHS numbers of the range that is never issued, clear of the block kept for visitors', () => {
    const numbers = filesOnDisk().flatMap((name) => text(name).match(/(?<!\d)\d{10}(?!\d)/g) ?? []);
    expect(new Set(numbers).size).toBeGreaterThan(200);
    const wrong = numbers.filter(
      (number) => !passesModulus11(number) || number < '9991000000' || number > '9999999999',
    );
    expect(wrong).toEqual([]);
  });

  it('lets no NHS number into the directory or the history, which charities write and read', () => {
    for (const name of ['directory.oruk.json', 'history.ndjson'])
      expect(text(name)).not.toMatch(/\d{10}|\d{3} \d{3} \d{4}(?!\d)/);
  });

  it('gives telephone numbers only from the ranges kept for drama, and e-mail only at example.org', () => {
    const all = filesOnDisk().map(text).join('\n');
    const phones = all.match(/"(?:\+44|0)[\d ]{9,}"/g) ?? [];
    expect(phones.length).toBeGreaterThan(300);
    expect(phones.filter((phone) => !/^"(020 7946 0\d{3}|07700 900\d{3})"$/.test(phone))).toEqual([]);
    const mail = all.match(/[\w.-]+@[\w.-]+/g) ?? [];
    expect(mail.filter((address) => !address.endsWith('example.org'))).toEqual([]);
  });
});

describe('the organisations of the demo', () => {
  it('has fewer than a hundred that receive referrals, among them every primary care network and the trust', () => {
    const receiving = network.organisations.filter((one) => one.receivesReferrals).map((one) => one.ods);
    expect(receiving.length).toBeLessThan(100);
    expect(receiving).toEqual(expect.arrayContaining(['ZPC01', 'ZPC02', 'ZPC03', 'ZPC04', 'ZR1']));
  });

  it('has a sharing agreement in the integrated care board for everybody, the board itself for its counts', () => {
    expect(network.agreements.map((one) => one.organisation).sort()).toEqual([...ods].sort());
    expect(new Set(network.agreements.map((one) => `${one.network} ${one.from} ${one.to}`)).size).toBe(1);
  });

  it('resolves every network, employer and agreement it names', () => {
    const keys = new Set(network.networks.map((one) => one.key));
    expect(network.organisations.flatMap((one) => one.networks).filter((key) => !keys.has(key))).toEqual([]);
    expect(network.practitioners.filter((one) => !ods.has(one.organisation))).toEqual([]);
    expect(network.agreements.filter((one) => !keys.has(one.network))).toEqual([]);
    expect(network.programmes.filter((one) => !ods.has(one.organisation))).toEqual([]);
    const listed = new Set(feed.contents.map((one) => one.id));
    expect(
      network.programmes.flatMap(({ services }) => services ?? []).filter((one) => !listed.has(one.externalId)),
    ).toEqual([]);
    expect(new Set(network.programmes.map((one) => one.model)).size).toBe(3);
    expect(new Set(network.practitioners.map((one) => one.id)).size).toBe(network.practitioners.length);
  });
});

describe('the directory of the demo', () => {
  it('has 150 services, each of a known organisation', () => {
    expect(feed.contents).toHaveLength(150);
    expect(feed.total_items).toBe(150);
    expect(new Set(feed.contents.map((one) => one.id)).size).toBe(150);
    expect(feed.contents.filter((one) => !ods.has(odsOf(one)))).toEqual([]);
  });

  it('offers something for each of the 27 reasons', () => {
    const terms = new Set(feed.contents.flatMap((one) => one.attributes.map((held) => held.taxonomy_term.name)));
    expect(REASONS).toHaveLength(27);
    expect(REASONS.filter(({ key }) => !terms.has(key))).toEqual([]);
  });

  it('puts first, in order and by name, a service of the debt charity that takes any adult in HA1', () => {
    const own = feed.contents.filter((one) => odsOf(one) === 'ZV001');
    expect(feed.contents[0]).toBe(own[0]);
    expect(own.map((one) => one.name).sort()[0]).toBe(own[0]?.name);
    expect(own[0]).toMatchObject({ status: 'active', minimum_age: 18 });
    expect(own[0]).not.toHaveProperty('maximum_age');
    expect(own[0]?.service_areas.map((area) => area.name)).toContain('HA1');
  });
});

describe('the messages and records of the demo', () => {
  it('resolves every reference inside each BaRS message', () => {
    for (const message of messages) {
      const urls = new Set(message.entry.map((one) => one.fullUrl));
      expect(referencesIn(message.entry).filter((reference) => !urls.has(reference))).toEqual([]);
      expect(odsCodesIn(message.entry).filter((code) => !ods.has(code))).toEqual([]);
    }
  });

  it('sends the messages in order, some of them cancelling, for all 27 reasons', () => {
    const sent = messages.map((message) => Date.parse(message.timestamp));
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    const requests = messages.map((message) => message.entry[1]?.resource as Resource);
    expect(requests.filter((one) => one.status === 'revoked').length).toBeGreaterThan(3);
    const labels = new Set(
      requests.flatMap((one) => (one.reasonCode as { text: string }[]).map((reason) => reason.text)),
    );
    expect([...labels].sort()).toEqual(REASONS.map(({ label }) => label).sort());
  });

  it('resolves every reference between the UK Core resources, which come before what points at them', () => {
    const seen = new Set<string>();
    for (const resource of lines<Resource>('uk-core.ndjson')) {
      expect(referencesIn(resource).filter((reference) => !seen.has(reference))).toEqual([]);
      seen.add(`${resource.resourceType}/${resource.id}`);
    }
    expect([...seen].filter((one) => one.startsWith('Patient/'))).toHaveLength(80);
  });

  it('joins the community tables by their keys', () => {
    const orphans = (child: string, parent: string, key: string): unknown[] => {
      const known = new Set(rows(`csds/${parent}.csv`).map((row) => row[key]));
      return rows(`csds/${child}.csv`).filter((row) => !known.has(row[key]));
    };
    expect(orphans('CYP101Referral', 'CYP001MPI', 'LOCAL PATIENT IDENTIFIER (EXTENDED)')).toEqual([]);
    expect(orphans('CYP102ServiceTypeReferredTo', 'CYP101Referral', 'SERVICE REQUEST IDENTIFIER')).toEqual([]);
    expect(orphans('CYP201CareContact', 'CYP101Referral', 'SERVICE REQUEST IDENTIFIER')).toEqual([]);
    expect(orphans('CYP202CareActivity', 'CYP201CareContact', 'CARE CONTACT IDENTIFIER')).toEqual([]);
    expect(orphans('CYP612CodedAssessmentContact', 'CYP202CareActivity', 'CARE ACTIVITY IDENTIFIER')).toEqual([]);
    const contacts = rows('csds/CYP201CareContact.csv');
    const codes = contacts.map((row) => row['ATTENDANCE STATUS'] || row['ATTENDED OR DID NOT ATTEND CODE']);
    expect([...new Set(codes)].sort()).toEqual(['2', '3', '4', '5', '6', '7']);
  });

  it('returns the council’s events in 50 columns, of practices and people that the practices know', () => {
    const events = rows('asc-cld.csv');
    expect(Object.keys(events[0] ?? {})).toHaveLength(50);
    expect(events.filter((row) => row['LA Code'] !== '999' || !ods.has(row['GP Practice Code'] ?? ''))).toEqual([]);
    const referred = text('bars.ndjson');
    const numbers = [...events, ...rows('csds/CYP001MPI.csv')].map(
      (row) => row['NHS Number'] ?? row['NHS NUMBER'] ?? '',
    );
    expect(numbers.filter((number) => !referred.includes(`"${number}"`))).toEqual([]);
  });
});

describe('the history of the demo', () => {
  const services = new Map(
    feed.contents.map((one) => [
      one.id,
      {
        ods: odsOf(one),
        status: one.status,
        from: one.minimum_age,
        to: one.maximum_age,
        areas: one.service_areas.map((area) => area.name),
      },
    ]),
  );
  const sectors = new Map(network.organisations.map((one) => [one.ods, one.sector]));
  const employers = new Map(network.practitioners.map((one) => [one.id, one.organisation]));
  const { faults, referrals } = replay(messages, history, { services, sectors, employers });

  it('is sorted by time', () => {
    const times = history.map((line) => line.at);
    expect(times).toEqual([...times].sort());
  });

  it('makes only moves that the hub allows', () => {
    expect(faults).toEqual([]);
  });

  it('leaves referrals in every state that the history can reach', () => {
    const states = new Set([...referrals.values()].map((one) => one.status));
    const reachable = ['RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED', 'CLOSED', 'DECLINED', 'CANCELLED'];
    expect([...states].sort()).toEqual(reachable.sort());
  });

  it('measures enough people before and after to show a change', () => {
    const measured = (occasion: string): Set<string> =>
      new Set(history.filter((line) => line.input['occasion'] === occasion).map((line) => line.referral));
    const before = measured('BASELINE');
    expect([...measured('DISCHARGE')].filter((referral) => before.has(referral)).length).toBeGreaterThan(25);
  });

  it('has the patient of the demo in support at a network, and referred on to the debt charity', () => {
    const own = [...referrals.entries()].filter(([, one]) => one.nhsNumber === network.patient.nhsNumber);
    const root = own.find(([, one]) => !one.parent);
    expect(root?.[1]).toMatchObject({ status: 'ACTIVE', receiver: 'ZPC01', referrer: 'Z81001' });
    expect(own.filter(([, one]) => one.parent === root?.[0]).map(([, one]) => one.receiver)).toContain('ZV001');
  });
});
