import { bars } from '../../../src/connectors/primary-care/bars';
import { drafts, fixture, readAll, refusals, textFile } from '../../support/connector-files';
import type { InFile } from '../../../src/connectors/draft';

const FOLDER = 'primary-care/bars';
const read = (name: string) => readAll(bars, [fixture(`${FOLDER}/${name}`)]);
const one = async (...files: InFile[]) => drafts(await readAll(bars, files), 'referral')[0];
const changed = (name: string, change: (text: string) => string) =>
  textFile(name, change(fixture(`${FOLDER}/${name}`).bytes.toString()));

describe('BaRS connector', () => {
  it('opens a referral from a new servicerequest-request', async () => {
    expect(await one(fixture(`${FOLDER}/referral-new.json`))).toMatchObject({
      intent: 'new',
      messageId: 'msg-new-1',
      system: 'https://fhir.nhs.uk/Id/dos-service-id|3000000002',
      externalId: '00000000-0000-4000-8000-000000000002',
      senderOds: 'Z81001',
      receiverOds: 'ZPC01',
      receiverFrom: 'performer',
      authoredAt: '2026-01-05T09:30:00.000Z',
    });
  });

  it('reads the person, her own contact points and what she needs, and not her neighbour', async () => {
    const { person } = await one(fixture(`${FOLDER}/referral-new.json`));
    expect(person).toEqual({
      nhsNumber: '9990001006',
      nhsNumberVerified: true,
      givenName: 'Nora',
      familyName: 'Testcase',
      birthDate: '1948-11-02',
      postcode: 'ZZ99 3WZ',
      contactPoints: [
        { system: 'phone', value: '01632 960001', safe: true, note: 'home' },
        { system: 'phone', value: '07700 900001', safe: true, note: 'mobile' },
      ],
      needs: ['Interpreter required', 'Language: Polish', 'Wheelchair access'],
      practiceOds: 'Z81001',
      localId: { system: 'https://surgery.example/Id/patient', value: 'P-77' },
    });
  });

  it('keeps every word of a reason it cannot match, and takes NHS numbers out of the note', async () => {
    const { reasons, note } = await one(fixture(`${FOLDER}/referral-new.json`));
    expect(reasons).toEqual(['social-engagement-or-isolation', 'financial-management-support']);
    expect(note?.split('\n')).toEqual([
      'Social isolation',
      'Misses her allotment',
      'Low mood after a fall',
      'Prefers mornings. Her number is [NHS number removed].',
      'Please telephone first.',
      'Lives alone since the spring.',
    ]);
  });

  it("carries the person's own consent with the sectors it names", async () => {
    const { consent } = await one(fixture(`${FOLDER}/referral-new.json`));
    expect(consent).toEqual({ givenBy: 'patient', givenAt: '2026-01-04', shareWith: ['VOLUNTARY', 'SOCIAL_CARE'] });
  });

  it('does not take "direct care" for consent', async () => {
    expect((await one(fixture(`${FOLDER}/referral-new-direct-care.json`))).consent).toBeUndefined();
  });

  it('opens nothing when the person refused consent', async () => {
    const refused = /("resourceType": "Consent",\s+"status": )"active"/;
    const file = changed('referral-new.json', (text) => text.replace(refused, '$1"rejected"'));
    expect(refusals(await readAll(bars, [file]))).toMatchObject([{ field: 'Consent.status' }]);
  });

  it('shares with nobody when the consent denies', async () => {
    const file = changed('referral-new.json', (text) => text.replace('"type": "permit"', '"type": "deny"'));
    expect((await one(file)).consent?.shareWith).toEqual([]);
  });

  it('says the same from XML as from JSON', async () => {
    const json = await one(fixture(`${FOLDER}/referral-new.json`));
    expect(await one(fixture(`${FOLDER}/referral-new.xml`))).toEqual(json);
  });

  it('refuses XML that declares a document type', async () => {
    const file = changed('referral-new.xml', (text) => text.replace('?>', '?><!DOCTYPE b [<!ENTITY a "aaaa">]>'));
    expect(refusals(await readAll(bars, [file]))).toMatchObject([{ reason: expect.stringContaining('document type') }]);
  });

  it.each([
    ['referral-cancel.json', 'cancel', 'She has moved away'],
    ['referral-delete.json', 'cancel', 'Prefers mornings. Her number is [NHS number removed].'],
    ['referral-update.json', 'update', undefined],
  ])('reads the intent of %s as %s', async (name, intent, cancelReason) => {
    const referral = await one(fixture(`${FOLDER}/${name}`));
    expect(referral).toMatchObject({ intent, externalId: '00000000-0000-4000-8000-000000000002' });
    expect(referral.cancelReason).toBe(cancelReason);
  });

  it("falls back on the message's time for a cancellation without authoredOn", async () => {
    expect((await one(fixture(`${FOLDER}/referral-cancel.json`))).authoredAt).toBe('2026-01-05T09:30:05.000Z');
  });

  it.each([
    ['validation-request.json', 'ServiceRequest.category'],
    ['referral-response.json', 'MessageHeader.eventCoding'],
    ['other-referral.json', 'ServiceRequest.code'],
  ])('refuses %s and names %s', async (name, field) => {
    expect(refusals(await read(name))).toMatchObject([{ ok: false, file: name, line: 1, field }]);
  });

  it('takes a logical ODS identifier in either case and scheme', async () => {
    expect((await one(fixture(`${FOLDER}/referral-new-direct-care.json`))).receiverOds).toBe('ZPC01');
  });

  it('falls back on the destination when no performer leads to an ODS code, and refuses without either', async () => {
    const lost = (text: string) => text.replace(/"performer": \[[^\]]*\],/, '"performer": [],');
    expect(await one(changed('referral-new.json', lost))).toMatchObject({
      receiverOds: 'ZPC01',
      receiverFrom: 'destination',
    });
    const nowhere = changed('referral-new.json', (text) => lost(text).replaceAll('"ZPC01"', '"?"'));
    expect(refusals(await readAll(bars, [nowhere]))).toMatchObject([{ field: 'ServiceRequest.performer' }]);
  });

  it('refuses an NHS number that fails its check digit without repeating it', async () => {
    const file = changed('referral-new.json', (text) => text.replace('"999 000 1006"', '"999 000 1007"'));
    const [refused] = refusals(await readAll(bars, [file]));
    expect(refused.field).toBe('Patient.identifier');
    expect(refused.reason).not.toMatch(/\d{3}/);
    expect(refused.raw).toContain('999 000 1007');
  });

  it.each([
    ['"subject": {', '"topic": {', 'ServiceRequest.subject'],
    ['"resourceType": "MessageHeader"', '"resourceType": "Basic"', 'MessageHeader'],
    ['"type": "message"', '"type": "collection"', 'Bundle.type'],
    ['"code": "new"', '"code": "perhaps"', 'MessageHeader.reason'],
    [
      '"endpoint": "https://fhir.nhs.uk/Id/dos-service-id|3000000002"',
      '"endpoint": ""',
      'MessageHeader.source.endpoint',
    ],
  ])('names the FHIR path of what is missing (%s)', async (from, to, field) => {
    expect(refusals(await readAll(bars, [changed('referral-new.json', (t) => t.replace(from, to))]))).toMatchObject([
      { field },
    ]);
  });

  it('reads NDJSON and JSON lists of messages, one bad line costing only itself', async () => {
    const line = JSON.stringify(JSON.parse(fixture(`${FOLDER}/referral-new.json`).bytes.toString()));
    const ndjson = await readAll(bars, [textFile('messages.ndjson', `${line}\n{"broken\n\n${line}\n`)]);
    expect(ndjson.map((each) => [each.ok, each.line])).toEqual([
      [true, 1],
      [false, 2],
      [true, 4],
    ]);
    const list = await readAll(bars, [textFile('messages.json', `[${line},7,${line}]`)]);
    expect(list.map((each) => [each.ok, each.line])).toEqual([
      [true, 1],
      [false, 2],
      [true, 3],
    ]);
  });
});
