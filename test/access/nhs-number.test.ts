import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Format, Importer } from '../../src/connectors';
import { isValidNhsNumber } from '../../src/kernel';
import { TestHub } from '../support/hub';
import { withoutIds } from '../support/ids';
import type { Caller } from '../support/network';
import { adult, consent, nhsNumber } from '../support/people';
import { ods, type Story, tellStory } from './story';

const number = nhsNumber(31);
const fixture = (...names: string[]) => readFileSync(path.join(__dirname, '..', 'fixtures', ...names), 'utf8');
/** NHS numbers in a text, however they are grouped. */
const numbersIn = (text: string) =>
  (
    withoutIds(text).match(/(?<!\d)\d{3}[\s.\-\u2010-\u2015]{0,3}\d{3}[\s.\-\u2010-\u2015]{0,3}\d{4}(?!\d)/g) ?? []
  ).filter((run) => isValidNhsNumber(run.replaceAll(/\D/g, '')));

describe('an NHS number', () => {
  let hub: TestHub;
  let story: Story;
  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
  });
  afterAll(() => hub.stop());

  const said = `Call about ${number}.`;
  const referral = () => ({ referral: story.referral });
  const fields: [string, Caller, () => object, string][] = [
    ['createReferral', 'gp', () => ({ note: said }), 'note'],
    ['createReferral', 'gp', () => ({ person: adult(9, { givenName: number }) }), 'person.givenName'],
    ['createReferral', 'gp', () => ({ person: adult(9, { familyName: said }) }), 'person.familyName'],
    ['createReferral', 'gp', () => ({ person: adult(9, { needs: ['x', said] }) }), 'person.needs.1'],
    [
      'createReferral',
      'gp',
      () => ({
        person: adult(9, { contactPoints: [{ system: 'email', value: `${number}@example.org`, safe: true }] }),
      }),
      'person.contactPoints.0.value',
    ],
    [
      'createReferral',
      'gp',
      () => ({ person: adult(9, { contactPoints: [{ system: 'phone', value: number, safe: true }] }) }),
      'person.contactPoints.0.value',
    ],
    [
      'createReferral',
      'gp',
      () => ({
        person: adult(9, { contactPoints: [{ system: 'phone', value: '07700 900123', safe: true, note: said }] }),
      }),
      'person.contactPoints.0.note',
    ],
    ['createReferral', 'gp', () => ({ consent: consent([], { givenBy: said }) }), 'consent.givenBy'],
    ['createReferral', 'gp', () => ({ consent: consent([], { purpose: said }) }), 'consent.purpose'],
    ['createReferral', 'gp', () => ({ consent: consent([], { categories: [said] }) }), 'consent.categories.0'],
    ['createOnwardReferral', 'linkWorker', () => ({ ...referral(), note: said }), 'note'],
    ['acceptReferral', 'linkWorker', () => ({ ...referral(), note: said }), 'note'],
    ['declineReferral', 'linkWorker', () => ({ ...referral(), reason: said }), 'reason'],
    ['assignReferral', 'linkWorker', () => ({ ...referral(), practitioner: 'pra_x', reason: said }), 'reason'],
    ['recordContact', 'linkWorker', () => ({ ...referral(), at: '2026-03-02T10:00:00Z', note: said }), 'note'],
    ['recordContact', 'linkWorker', () => ({ ...referral(), at: '2026-03-02T10:00:00Z', mode: said }), 'mode'],
    ['closeReferral', 'linkWorker', () => ({ ...referral(), result: 'OTHER', summary: said }), 'summary'],
    [
      'closeReferral',
      'linkWorker',
      () => ({ ...referral(), result: 'OTHER', selfManagementPlan: said }),
      'selfManagementPlan',
    ],
    ['withdrawConsent', 'linkWorker', () => ({ person: story.person, reason: said }), 'reason'],
    [
      'recordConsent',
      'linkWorker',
      () => ({ person: story.person, consent: consent([], { purpose: said }) }),
      'consent.purpose',
    ],
  ];
  const complete = async (mutation: string, input: object) =>
    mutation === 'createReferral'
      ? {
          person: adult(9),
          receiver: await hub.organisation(ods.linkWorker),
          reasons: ['volunteering'],
          route: 'general-practice',
          consent: consent([]),
          ...input,
        }
      : mutation === 'createOnwardReferral'
        ? { service: 'srv_x', reasons: ['volunteering'], consent: consent([]), ...input }
        : input;

  it.each(fields)('is refused in the text of %s by %s with its path', async (mutation, caller, input, place) => {
    const payload = await hub.send(caller, mutation, await complete(mutation, input()));
    expect(payload['userErrors']).toEqual([
      { code: 'INVALID', message: expect.any(String), path: ['input', ...place.split('.')] },
    ]);
    expect(JSON.stringify(payload)).not.toContain(number);
  });

  const grouped = (...separators: string[]) =>
    `${number.slice(0, 3)}${separators[0]}${number.slice(3, 6)}${separators[1] ?? separators[0]}${number.slice(6)}`;
  it.each([' ', '-', '  ', '.', '\u00a0', '\u2013', '\u2009', '\t', '\n', ' - '])(
    'is refused also when grouped by %j',
    async (separator) => {
      const payload = await hub.send('linkWorker', 'acceptReferral', {
        referral: story.referral,
        note: `No. ${grouped(separator)}`,
      });
      expect(payload['userErrors'][0]).toMatchObject({ code: 'INVALID', path: ['input', 'note'] });
    },
  );

  it('is not what looks like it and is none: telephone numbers and references pass', async () => {
    const contactPoints = [
      { system: 'phone', value: '01632 960001', safe: true },
      { system: 'sms', value: '+447700900123', safe: true },
    ];
    const invalid = `${number.slice(0, 9)}${(Number(number[9]) + 1) % 10}`;
    const person = adult(32, { contactPoints });
    const input = await complete('createReferral', {
      person,
      note: `Ring 01632 960001 or 07700 900123 about order ${invalid}.`,
    });
    expect((await hub.send('gp', 'createReferral', input))['userErrors']).toEqual([]);
  });

  const everything = `{ viewer { organisation { name } } referrals { nodes { id reference notes { text } contacts { nodes { note mode } } decline { reason } outcome { summary selfManagementPlan }
    reasons { label } loop { roles } person { id name nhsNumber birthDate postcodeDistrict needs contactPoints { system value note } redactions { field reason }
    consents { givenBy purpose categories } records(first: 100) { nodes { system externalId kind summary } } } } } feedback { nodes { summary reference referral { person { nhsNumber } } } } }`;
  const load = (format: Format, organisation: string, ...files: [string, string][]) =>
    new Importer(hub.hub.services.database).run({
      format,
      organisation,
      files: files.map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
    });

  it('never reaches a charity, though a message brought it in every text, and it was sent on', async () => {
    const message = fixture('primary-care', 'bars', 'referral-new.json')
      .replaceAll('01632 960001', '999 000 1006')
      .replaceAll('07700 900001', '9990001006')
      .replace('Low mood after a fall', 'Low mood 999-000-1006')
      .replace('Lives alone since the spring.', 'Alone. 9990001006');
    expect(await load('bars', ods.gp, ['referral.json', message])).toMatchObject({ applied: 1 });
    const found = await hub.read(
      'linkWorker',
      '{ referrals(filter: { search: "Testcase" }) { nodes { id person { nhsNumber } } } }',
    );
    const [root] = found['referrals'].nodes;
    expect(root.person.nhsNumber).toBe('9990001006');
    await hub.done('linkWorker', 'acceptReferral', { referral: root.id });
    const service = await hub.service({ id: 'walks', organisation: ods.charity, areas: [] });
    await hub.done('linkWorker', 'createOnwardReferral', {
      referral: root.id,
      service,
      reasons: ['volunteering'],
      consent: consent(),
    });
    const bytes = await hub.raw('charity', everything);
    expect(bytes).toContain('Testcase');
    expect(numbersIn(bytes)).toEqual([]);
    // what the referrer itself reads back of its own text is masked as well
    const own = (await hub.raw('linkWorker', everything)).replaceAll(/"nhsNumber":"\d{10}"/g, '');
    expect(numbersIn(own)).toEqual([]);
  });

  it('never reaches a charity from a file of its own, whatever column it stood in', async () => {
    const patient = JSON.parse(fixture('primary-care', 'uk-core', 'UKCore-Patient-RichardSmith-Example.json'));
    const condition = JSON.parse(fixture('primary-care', 'uk-core', 'UKCore-Condition-HipReplacement-Example.json'));
    const valid = nhsNumber(33);
    const files: [string, object][] = [
      [
        'p.json',
        {
          ...patient,
          id: valid,
          telecom: [{ system: 'phone', value: valid }],
          identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: valid }],
        },
      ],
      [
        'c.json',
        {
          ...condition,
          id: `c-${valid}`,
          code: { text: `Hip ${valid}` },
          subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: valid } },
        },
      ],
    ];
    const summary = await load(
      'fhir',
      ods.charity,
      ...files.map(([name, body]): [string, string] => [name, JSON.stringify(body)]),
    );
    expect(summary.applied).toBeGreaterThan(0);
    const cld = fixture('social-care', 'constructed-cld-release2.csv').split('\n').slice(0, 3).join('\n');
    const own = cld
      .replaceAll('E00001', valid)
      .replaceAll('P01000', valid)
      .replaceAll('9990001006', valid)
      .replaceAll(/^999,/gm, `${ods.charity},`);
    await load('asc-cld', ods.charity, ['cld.csv', own]);
    const held = await hub.database.asAdmin<{ id: string }>(
      `select distinct s.person_id as id from hub.source_record s join hub.organisation_identifier i on i.organisation_id = s.organisation_id where i.value = $1 and s.referral_id is null`,
      [ods.charity],
    );
    expect(held.length).toBeGreaterThan(0);
    for (const { id } of held) {
      const bytes = await hub.raw(
        'charity',
        `query($id: ID!) { person(id: $id) { id name nhsNumber needs contactPoints { value note } records(first: 100) { nodes { system externalId kind summary } } } }`,
        { id: `per_${id}` },
      );
      expect(bytes).toContain(id);
      expect(numbersIn(bytes.replaceAll(id, ''))).toEqual([]);
    }
  });

  it('finds nobody for a charity, not even whom it knows by name', async () => {
    const found = await hub.read(
      'charity',
      'query($n: NhsNumber!) { personByNhsNumber(nhsNumber: $n) { id } referrals { nodes { person { name nhsNumber redactions { field } } } } }',
      { n: story.nhsNumber },
    );
    expect(found['personByNhsNumber']).toBeNull();
    for (const { person } of found['referrals'].nodes)
      expect(person).toMatchObject({ name: expect.any(String), nhsNumber: null, redactions: [{ field: 'nhsNumber' }] });
  });

  it('stands in no error, whatever was asked with it', async () => {
    for (const query of [
      `{ personByNhsNumber(nhsNumber: "${number}x") { id } }`,
      `{ node(id: "${number}") { id } }`,
      `{ referral(id: "per_${number}") { id } }`,
    ])
      expect(await hub.raw('gp', query)).not.toContain(number);
  });
});
