import { randomUUID } from 'node:crypto';
import type { Claims } from '../../src/access';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent, nhsNumber } from '../support/people';
import { ods, type Story, tellStory } from './story';

/** The only part of an answer that may differ between hidden and unknown. */
const masked = (text: string) => text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":"…"');

describe('what is not granted answers as what does not exist', () => {
  let hub: TestHub;
  let story: Story;
  let another: Story;
  const ids = {} as Record<'referral' | 'person' | 'contact' | 'measurement' | 'consent' | 'record' | 'event', string>;
  const outsiders: Record<string, Caller | Claims> = {
    'another charity': 'otherCharity',
    'an ICB': 'icb',
    'an organisation without an agreement': 'withoutAgreement',
    'the charity of the onward referral': 'charity',
    'a person': { nhs_number: nhsNumber(2), roles: [] },
    'a person the hub does not know': { nhs_number: nhsNumber(50), roles: [] },
  };

  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
    another = await tellStory(hub, 2);
    const at = '2026-03-02T10:00:00Z';
    const { referral, person } = story;
    const contact = await hub.done('linkWorker', 'recordContact', {
      referral,
      at,
      attendance: 'ATTENDED',
      minutes: 30,
    });
    const measurement = { referral, instrument: 'UCLA-3', occasion: 'BASELINE', score: 7, takenOn: '2026-03-02' };
    const measured = await hub.done('linkWorker', 'recordMeasurement', measurement);
    const known = await hub.read(
      'linkWorker',
      `query($id: ID!) { person(id: $id) { records { nodes { id } } consents { id } }
      feedback { nodes { id } } }`,
      { id: person },
    );
    Object.assign(ids, {
      referral,
      person,
      contact: contact['contact'].id,
      measurement: measured['measurement'].id,
      consent: known['person'].consents[0].id,
      record: known['person'].records.nodes[0].id,
      event: known['feedback'].nodes[0].id,
    });
  });
  afterAll(() => hub.stop());

  const randomOf = (id: string) => `${id.slice(0, 4)}${randomUUID()}`;
  const everything = `{ __typename id ... on Referral { reference status person { id name } onward { totalCount } loop { sentAt } redactions { field } }
    ... on Person { name nhsNumber consents { id } records { totalCount } referrals { totalCount } } ... on Contact { at note } ... on Measurement { score items { value } }
    ... on Consent { givenBy recipients { id } } ... on SourceRecord { summary externalId } }`;

  const reads: Record<string, [keyof typeof ids, string]> = {
    'node(referral)': ['referral', `query($id: ID!) { node(id: $id) ${everything} }`],
    'node(person)': ['person', `query($id: ID!) { node(id: $id) ${everything} }`],
    'node(contact)': ['contact', `query($id: ID!) { node(id: $id) ${everything} }`],
    'node(measurement)': ['measurement', `query($id: ID!) { node(id: $id) ${everything} }`],
    'node(consent)': ['consent', `query($id: ID!) { node(id: $id) ${everything} }`],
    'node(source record)': ['record', `query($id: ID!) { node(id: $id) ${everything} }`],
    'node(event)': ['event', `query($id: ID!) { node(id: $id) { id } }`],
    'referral()': ['referral', 'query($id: ID!) { referral(id: $id) { id version } }'],
    'person()': ['person', 'query($id: ID!) { person(id: $id) { id name } }'],
    'filter.person': [
      'person',
      'query($id: ID) { referrals(filter: { person: $id }) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }',
    ],
  };
  // the charity knows the person and its own onward referral; of the rest it knows nothing
  const known: Record<string, (keyof typeof ids)[]> = { 'the charity of the onward referral': ['person'] };

  describe.each(Object.keys(outsiders))('to %s', (name) => {
    const caller = outsiders[name] as Caller | Claims;

    it.each(Object.keys(reads))('%s', async (read) => {
      const [subject, query] = reads[read] as [keyof typeof ids, string];
      if (known[name]?.includes(subject)) {
        // seen from its own side only: never the root, never the number
        const seen = await hub.raw(caller, query, { id: ids[subject] });
        expect(seen).not.toContain(ids.referral);
        expect(seen).not.toContain(story.nhsNumber);
        return;
      }
      const hidden = await hub.raw(caller, query, { id: ids[subject] });
      expect(masked(hidden)).toBe(masked(await hub.raw(caller, query, { id: randomOf(ids[subject]) })));
      expect(hidden).not.toContain(ids[subject].slice(4));
    });

    const at = '2026-03-03T10:00:00Z';
    const act = (id: string) => ({ referral: id });
    const decide = (id: string) => ({ referral: id, reason: 'Because.' });
    const mutations: Record<string, [string, keyof typeof ids, (id: string) => object | Promise<object>]> = {
      acceptReferral: ['ReferralActionInput', 'referral', act],
      placeOnWaitingList: ['ReferralActionInput', 'referral', act],
      startReferral: ['ReferralActionInput', 'referral', act],
      pauseReferral: ['ReferralActionInput', 'referral', act],
      resumeReferral: ['ReferralActionInput', 'referral', act],
      declineReferral: ['DeclineReferralInput', 'referral', decide],
      cancelReferral: ['DeclineReferralInput', 'referral', decide],
      withdrawReferral: ['DeclineReferralInput', 'referral', decide],
      closeReferral: [
        'CloseReferralInput',
        'referral',
        (id) => ({ referral: id, result: 'OTHER', planDeclined: true }),
      ],
      assignReferral: [
        'AssignReferralInput',
        'referral',
        (id) => ({ referral: id, practitioner: `pra_${randomUUID()}` }),
      ],
      recordContact: ['RecordContactInput', 'referral', (id) => ({ referral: id, at, attendance: 'ATTENDED' })],
      recordMeasurement: [
        'RecordMeasurementInput',
        'referral',
        (id) => ({ referral: id, instrument: 'UCLA-3', occasion: 'REVIEW', score: 5, takenOn: '2026-03-03' }),
      ],
      createOnwardReferral: [
        'CreateOnwardReferralInput',
        'referral',
        async (id) => ({ referral: id, service: await serviceId(), reasons: ['volunteering'], consent: consent() }),
      ],
      createReferral: [
        'CreateReferralInput',
        'person',
        async (id) => ({
          person: { id },
          receiver: await hub.organisation(ods.linkWorker),
          reasons: ['volunteering'],
          route: 'general-practice',
          consent: consent(),
        }),
      ],
      recordConsent: ['RecordConsentInput', 'person', (id) => ({ person: id, consent: consent() })],
      'recordConsent for a referral': [
        'RecordConsentInput',
        'referral',
        (id) => ({ person: ids.person, referral: id, consent: consent() }),
      ],
      withdrawConsent: ['WithdrawConsentInput', 'person', (id) => ({ person: id })],
      'withdrawConsent for a referral': [
        'WithdrawConsentInput',
        'referral',
        (id) => ({ person: ids.person, referral: id }),
      ],
      acknowledgeFeedback: ['AcknowledgeFeedbackInput', 'event', (id) => ({ eventIds: [id], stage: 'SEEN' })],
    };
    let service: string | undefined;
    const serviceId = async () =>
      (service ??= `srv_${(await hub.database.asAdmin<{ id: string }>('select id from hub.service limit 1'))[0]?.id}`);

    it.each(Object.keys(mutations))('%s', async (label) => {
      const [type, subject, inputOf] = mutations[label] as (typeof mutations)[string];
      if (known[name]?.includes(subject)) return expect(label).toMatch(/createReferral|recordConsent|withdrawConsent/);
      const mutation = label.split(' ')[0];
      const document = `mutation($input: ${type}!) { ${mutation}(input: $input) { __typename userErrors { __typename code message path } } }`;
      const answerTo = async (id: string) =>
        masked(await hub.raw(caller, document, { input: { idempotencyKey: randomUUID(), ...(await inputOf(id)) } }));
      const before = await hub.database.asAdmin('select * from hub.referral order by id');
      const hidden = await answerTo(ids[subject]);
      expect(hidden).toBe(await answerTo(randomOf(ids[subject])));
      expect(JSON.parse(hidden).data[mutation ?? ''].userErrors).toHaveLength(1);
      expect(hidden).not.toContain(ids[subject].slice(4));
      expect(await hub.database.asAdmin('select * from hub.referral order by id')).toEqual(before);
      return undefined;
    });

    it('nothing by her NHS number, name, or the reference', async () => {
      const query = `query($number: NhsNumber!, $search: String) { personByNhsNumber(nhsNumber: $number) { id }
        referrals(filter: { search: $search }) { totalCount } }`;
      const { reference } = (
        await hub.read('linkWorker', 'query($id: ID!) { referral(id: $id) { reference } }', { id: ids.referral })
      )['referral'];
      const hidden = await hub.raw(caller, query, { number: story.nhsNumber, search: reference });
      expect(masked(hidden)).toBe(
        masked(await hub.raw(caller, query, { number: nhsNumber(49), search: 'SP-0000-0000' })),
      );
    });
  });

  it('answers the same questions to a party, so that the tests above can fail', async () => {
    for (const [subject, query] of Object.values(reads).filter(([kind]) => kind !== 'event'))
      expect(await hub.raw('linkWorker', query, { id: ids[subject] })).not.toBe(
        await hub.raw('linkWorker', query, { id: randomOf(ids[subject]) }),
      );
  });

  describe('counts and cursors', () => {
    it('count visible rows only, root and nested', async () => {
      const page = '{ totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } }';
      const seen = await hub.read(
        'charity',
        `{ referrals(first: 2) ${page} openLoops(olderThanDays: 0) { totalCount } }`,
      );
      expect(seen['referrals']).toMatchObject({
        totalCount: 2,
        pageInfo: { hasNextPage: false, hasPreviousPage: false },
      });
      const nested = `query($id: ID!) { referral(id: $id) { onward(first: 1) ${page} contacts(first: 1) ${page} measurements(first: 1) ${page} } }`;
      const of = async (caller: Caller) => (await hub.read(caller, nested, { id: story.referral }))['referral'];
      const none = { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } };
      expect(await of('council')).toEqual({ onward: none, contacts: none, measurements: none });
      expect(await of('gp')).toMatchObject({ onward: { totalCount: 1 }, contacts: none, measurements: none });
      expect(await of('linkWorker')).toMatchObject({
        onward: { totalCount: 1 },
        contacts: { totalCount: 1 },
        measurements: { totalCount: 1 },
      });
      const person = await hub.read(
        'charity',
        `query($id: ID!) { person(id: $id) { referrals(first: 1) ${page} records(first: 1) ${page} consents { id } } }`,
        { id: story.person },
      );
      expect(person['person']).toMatchObject({
        consents: [],
        referrals: { totalCount: 1, nodes: [{ id: story.onward }], pageInfo: { hasNextPage: false } },
        records: { totalCount: 1, pageInfo: { hasNextPage: false } },
      });
    });

    it("lead nowhere in another's list: a foreign cursor only says where one's own rows start", async () => {
      const list =
        'query($after: String) { referrals(first: 1, orderBy: OLDEST, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }';
      const first = await hub.read('linkWorker', list);
      const after = first['referrals'].pageInfo.endCursor;
      expect(first['referrals'].nodes).toEqual([{ id: story.referral }]);
      expect((await hub.read('charity', list, { after }))['referrals']).toMatchObject({
        nodes: [{ id: story.onward }],
      });
      expect((await hub.read('otherCharity', list, { after }))['referrals']).toEqual({
        nodes: [],
        pageInfo: { endCursor: null, hasNextPage: false },
      });
    });

    it('order by no wait that is redacted, nor hold it in a cursor', async () => {
      const waiting = await tellStory(hub, 3);
      for (const [caller, referral] of [
        ['linkWorker', waiting.referral],
        ['charity', waiting.onward],
      ] as const)
        await hub.done(caller, 'placeOnWaitingList', { referral });
      const longest = '{ referrals(orderBy: LONGEST_WAIT) { edges { cursor node { id } } } }';
      const edges = async (caller: Caller): Promise<{ cursor: string; node: { id: string } }[]> =>
        (await hub.read(caller, longest))['referrals'].edges;
      // a cursor is readable: it must hold no time that the column does not show
      const holdsWait = ({ cursor }: { cursor: string }) =>
        !/^infinity/i.test(Buffer.from(cursor, 'base64url').toString());
      const [first] = await edges('linkWorker');
      expect([waiting.referral, waiting.onward]).toContain(first?.node.id);
      expect(first && holdsWait(first)).toBe(true);
      for (const caller of ['gp', 'otherGp', 'council'] as const)
        expect((await edges(caller)).some(holdsWait)).toBe(false);
    });

    it('filter on nothing that is redacted', async () => {
      const count = async (caller: Caller, filter: object) =>
        (
          await hub.read(caller, 'query($filter: ReferralFilter) { referrals(filter: $filter) { totalCount } }', {
            filter,
          })
        )['referrals'].totalCount;
      for (const filter of [
        { reasons: ['bereavement-related-anxiety'] },
        { route: ['general-practice'] },
        { search: 'Birchall1' },
      ]) {
        expect(await count('council', filter)).toBe(0);
        expect(await count('linkWorker', filter)).toBeGreaterThan(0);
      }
      expect(another.referral).not.toBe(story.referral);
    });
  });
});
