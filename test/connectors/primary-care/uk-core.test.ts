import { ukCore } from '../../../src/connectors/primary-care/uk-core';
import { drafts, fixture, fixtures, readAll, refusals, textFile } from '../../support/connector-files';

const FOLDER = 'primary-care/uk-core';
const PATIENT = JSON.parse(fixture(`${FOLDER}/UKCore-Patient-RichardSmith-Example.json`).bytes.toString());
const resource = (value: object) => textFile('one.json', JSON.stringify(value));
const read = async (...resources: object[]) => readAll(ukCore, resources.map(resource));
const SUBJECT = { reference: `Patient/${PATIENT.id}` };

describe('UK Core connector', () => {
  it('joins published examples from separate files to their patient', async () => {
    const found = drafts(await readAll(ukCore, fixtures(FOLDER, '.json')), 'source-record');
    const summaries = Object.fromEntries(found.map((each) => [each.recordKind, each.summary]));
    expect(summaries).toEqual({
      Appointment: 'Appointment: Orthopaedic Surgery (booked)',
      Condition: 'Loosening of total hip replacement, active',
      Encounter: 'Encounter: Seen in hospital ward (finished)',
      Observation: 'Body mass index: 46 kilogram / (meter ^ 2)',
      Patient: 'Registered person',
    });
    expect(new Set(found.map((each) => each.person.nhsNumber))).toEqual(new Set(['9912003888']));
    expect(found[0].person.nhsNumberVerified).toBe(true);
  });

  it('says the same from XML as from JSON', async () => {
    const json = fixtures(FOLDER, '.json').filter((file) => /RichardSmith|HeavyDrinker/.test(file.name));
    const kinds = (all: Awaited<ReturnType<typeof readAll>>) => drafts(all, 'source-record');
    const fromXml = kinds(await readAll(ukCore, fixtures(FOLDER, '.xml')));
    expect(fromXml).toHaveLength(2);
    expect(fromXml).toEqual(kinds(await readAll(ukCore, json)));
  });

  it('refuses a resource whose patient is nowhere in the files, by its place in the Bundle', async () => {
    const found = refusals(await readAll(ukCore, [fixture(`${FOLDER}/UKCore-Bundle-NEWS2Observations-Example.json`)]));
    expect(found.map((each) => each.line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(found.map((each) => each.field))).toEqual(new Set(['Observation.subject']));
  });

  it('takes the NHS number of a logical subject where the patient is elsewhere', async () => {
    const subject = { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990001006' } };
    const found = await read({ resourceType: 'Condition', id: 'c1', code: { text: 'Asthma' }, subject });
    expect(drafts(found, 'source-record')[0].person).toEqual({ nhsNumber: '9990001006', contactPoints: [], needs: [] });
  });

  it.each([
    ['fulfilled', undefined, 'ATTENDED'],
    ['noshow', undefined, 'DID_NOT_ATTEND'],
    ['cancelled', 'pat-cpp', 'CANCELLED_BY_PERSON'],
    ['cancelled', 'prov', 'CANCELLED_BY_SERVICE'],
    ['cancelled', 'other', undefined],
    ['booked', undefined, undefined],
  ])('reads an appointment %s (%s) as %s', async (status, why, attendance) => {
    const cancelationReason = why && { coding: [{ code: why }] };
    const participant = [{ actor: { reference: 'Location/x' } }, { actor: SUBJECT }];
    const appointment = { resourceType: 'Appointment', id: 'a', status, cancelationReason, participant };
    const found = drafts(await read(PATIENT, appointment), 'source-record');
    expect(found.find((each) => each.recordKind === 'Appointment')?.attendance).toBe(attendance);
  });

  it('finds the organisation through managingOrganization or the general practitioner', async () => {
    const organisation = {
      resourceType: 'Organization',
      id: 'o1',
      identifier: [{ system: 'https://fhir.nhs.uk/id/ods-organization-code', value: 'Z81001' }],
    };
    const person = { ...PATIENT, generalPractitioner: [{ reference: 'Organization/o1' }] };
    const [found] = drafts(await read(person, organisation), 'source-record');
    expect(found).toMatchObject({ organisationOds: 'Z81001', person: { practiceOds: 'Z81001' } });
  });

  it.each([
    ['01', true],
    ['number-present-and-verified', true],
    ['02', false],
    ['trace-required', false],
  ])('reads verification status %s as %s', async (code, expected) => {
    const text = JSON.stringify(PATIENT).replace('"code":"01"', `"code":"${code}"`);
    const [found] = drafts(await readAll(ukCore, [textFile('p.json', text)]), 'source-record');
    expect(found.person.nhsNumberVerified).toBe(expected);
  });

  it('refuses what its source marks as entered in error, and times without an offset', async () => {
    const observation = { resourceType: 'Observation', id: 'o', subject: SUBJECT, code: { text: 'x' } };
    const found = await read(
      PATIENT,
      { ...observation, status: 'entered-in-error' },
      { ...observation, effectiveDateTime: '2026-01-05T09:30:00' },
    );
    expect(refusals(found).map((each) => each.field)).toEqual(['Observation.status', 'Observation.effectiveDateTime']);
  });

  it('tells once a file how many resources it has no use for', async () => {
    const bundle = {
      resourceType: 'Bundle',
      entry: Array(5).fill({ resource: { resourceType: 'MedicationRequest' } }),
    };
    expect(refusals(await read(bundle))).toMatchObject([
      { field: 'resourceType', reason: expect.stringMatching(/^5 not taken/) },
    ]);
  });
});
