import { TestHub } from '../support/hub';
import { adult, consent } from '../support/people';

type Row = { from_status: string; action: string; to_status: string; who: 'RECEIVER' | 'REFERRER' | 'PARTY' };

const STATUSES = [
  'RECEIVED',
  'ACCEPTED',
  'WAITING',
  'ACTIVE',
  'PAUSED',
  'CLOSED',
  'DECLINED',
  'CANCELLED',
  'WITHDRAWN',
];
const MUTATIONS: Record<string, [string, object]> = {
  ACCEPT: ['acceptReferral', {}],
  DECLINE: ['declineReferral', { reason: 'CAPACITY' }],
  PLACE_ON_WAITING_LIST: ['placeOnWaitingList', {}],
  START: ['startReferral', {}],
  PAUSE: ['pauseReferral', {}],
  RESUME: ['resumeReferral', {}],
  CLOSE: ['closeReferral', { result: 'GOALS_MET', planDeclined: true }],
  CANCEL: ['cancelReferral', { reason: 'No longer wanted' }],
  WITHDRAW: ['withdrawReferral', { reason: 'Changed her mind' }],
};
/** A way from RECEIVED to each status. */
const PATHS: Record<string, string[]> = {
  RECEIVED: [],
  ACCEPTED: ['ACCEPT'],
  WAITING: ['ACCEPT', 'PLACE_ON_WAITING_LIST'],
  ACTIVE: ['ACCEPT', 'START'],
  PAUSED: ['ACCEPT', 'START', 'PAUSE'],
  CLOSED: ['ACCEPT', 'CLOSE'],
  DECLINED: ['DECLINE'],
  CANCELLED: ['CANCEL'],
  WITHDRAWN: ['WITHDRAW'],
};
const actor = (action: string) => (action === 'CANCEL' ? 'gp' : 'linkWorker');

describe('the states of a referral', () => {
  let hub: TestHub;
  let table: Row[];
  let receiver: string;
  let people = 0;

  beforeAll(async () => {
    hub = await TestHub.start();
    table = await hub.database.asAdmin<Row>(
      'select from_status, action, to_status, who from hub.transition order by 1, 2',
    );
    receiver = await hub.organisation('ZPC01');
  });
  afterAll(() => hub.stop());

  const act = (as: 'gp' | 'linkWorker', action: string, referral: string) => {
    const [mutation, more] = MUTATIONS[action] ?? ['', {}];
    return hub.send(as, mutation, { referral, ...more });
  };
  const referralIn = async (status: string): Promise<string> => {
    const input = {
      person: adult(++people),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver,
      consent: consent(),
    };
    const { referral } = await hub.done('gp', 'createReferral', input);
    for (const action of PATHS[status] ?? [])
      expect((await act(actor(action), action, referral.id))['userErrors']).toEqual([]);
    return referral.id;
  };

  it('are open where a move leads out of them, and under way once accepted', async () => {
    const rows = await hub.database.asAdmin<{ status: string; open: boolean; under_way: boolean }>(
      'select s as status, hub.is_open(s) as open, hub.is_under_way(s) as under_way from unnest($1::text[]) s',
      [STATUSES],
    );
    const leadOut = new Set(table.map((row) => row.from_status));
    for (const { status, open, under_way } of rows)
      expect({ status, open, under_way }).toEqual({
        status,
        open: leadOut.has(status),
        under_way: leadOut.has(status) && status !== 'RECEIVED',
      });
  });

  it('are those of the design, and no others', () => {
    const moves = (from: string) =>
      [...new Set(table.filter((row) => row.from_status === from).map((row) => row.to_status))].sort();
    expect(Object.fromEntries(STATUSES.map((from) => [from, moves(from)]))).toEqual({
      RECEIVED: ['ACCEPTED', 'CANCELLED', 'DECLINED', 'WITHDRAWN'],
      ACCEPTED: ['ACTIVE', 'CANCELLED', 'CLOSED', 'WAITING', 'WITHDRAWN'],
      WAITING: ['ACTIVE', 'CANCELLED', 'CLOSED', 'PAUSED', 'WITHDRAWN'],
      ACTIVE: ['CLOSED', 'PAUSED', 'WITHDRAWN'],
      PAUSED: ['ACTIVE', 'CLOSED', 'WITHDRAWN'],
      CLOSED: [],
      DECLINED: [],
      CANCELLED: [],
      WITHDRAWN: [],
    });
  });

  describe.each(STATUSES)('in %s', (status) => {
    it.each(Object.keys(MUTATIONS))('%s moves as the table says, or names what is allowed instead', async (action) => {
      const referral = await referralIn(status);
      const row = table.find((each) => each.from_status === status && each.action === action);
      const before = await hub.read(
        'linkWorker',
        'query R($id: ID!) { referral(id: $id) { status version allowedActions } }',
        { id: referral },
      );
      const answer = await act(actor(action), action, referral);
      if (row) {
        expect(answer['userErrors']).toEqual([]);
        const after = await hub.read('linkWorker', 'query R($id: ID!) { referral(id: $id) { status version } }', {
          id: referral,
        });
        expect(after['referral']).toEqual({ status: row.to_status, version: before['referral'].version + 1 });
      } else if (status === 'WITHDRAWN' && action === 'CANCEL') {
        // the withdrawal has ended the referrer's access: for it there is no such referral
        expect(answer['userErrors'][0]).toMatchObject({ code: 'NOT_FOUND' });
      } else {
        expect(answer['userErrors'][0]).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: status });
        const after = await hub.read(
          'linkWorker',
          'query R($id: ID!) { referral(id: $id) { status version allowedActions } }',
          { id: referral },
        );
        expect(after).toEqual(before);
      }
    });
  });

  it.each(['gp', 'linkWorker'] as const)(
    'offer %s the actions it may take, and refuse the rest as not permitted',
    async (caller) => {
      const referral = await referralIn('RECEIVED');
      const { referral: shown } = await hub.read(caller, 'query R($id: ID!) { referral(id: $id) { allowedActions } }', {
        id: referral,
      });
      expect(shown.allowedActions).toEqual(
        caller === 'gp' ? ['CANCEL', 'WITHDRAW'] : ['ACCEPT', 'DECLINE', 'WITHDRAW'],
      );
      const forbidden = caller === 'gp' ? 'ACCEPT' : 'CANCEL';
      expect((await act(caller, forbidden, referral))['userErrors'][0]).toMatchObject({
        code: 'NOT_PERMITTED',
        path: ['input', 'referral'],
      });
    },
  );

  it('refuse a move made on an older reading', async () => {
    const referral = await referralIn('ACCEPTED');
    const answer = await hub.send('linkWorker', 'startReferral', { referral, expectedVersion: 1 });
    expect(answer['userErrors'][0]).toMatchObject({ code: 'STALE_VERSION', path: ['input', 'expectedVersion'] });
  });

  it('let exactly one of two moves at once through', async () => {
    const referral = await referralIn('RECEIVED');
    const answers = await Promise.all([act('linkWorker', 'ACCEPT', referral), act('linkWorker', 'DECLINE', referral)]);
    expect(answers.filter((answer) => answer['userErrors'].length === 0)).toHaveLength(1);
    expect(answers.flatMap((answer) => answer['userErrors'])).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
  });
});
