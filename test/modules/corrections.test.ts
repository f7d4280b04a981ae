import { ods, type Story, tellStory } from '../access/story';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { refer } from '../support/referral';

const MARKED = 'recordedInErrorAt recordedInErrorReason';

describe('an entry made in error', () => {
  let hub: TestHub;
  let story: Story;
  let walks: string;
  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
    walks = await hub.service({ id: 'walks', organisation: ods.charity });
  });
  afterAll(() => hub.stop());

  const at = new Date(Date.now() - 3_600_000).toISOString();
  const contact = async (referral: string, attendance: string, caller: Caller = 'linkWorker'): Promise<string> =>
    (await hub.done(caller, 'recordContact', { referral, at, attendance }))['contact'].id;
  const read = async (caller: Caller, referral: string, selection: string) =>
    (await hub.read(caller, `query($id: ID!) { referral(id: $id) { ${selection} } }`, { id: referral }))['referral'];
  const voidIt = (caller: Caller, entry: string, reason = 'Another person') =>
    hub.send(caller, 'voidEntry', { entry, reason });
  const kinds = async (referral: string) =>
    (
      await hub.database.asAdmin<{ kind: string }>(
        'select kind from hub.event where referral_id = $1 order by ordinal',
        [referral.slice(4)],
      )
    ).map(({ kind }) => kind);

  it('stays, marked with its reason for all its readers, be it contact, measurement, choice or note', async () => {
    const { onward: referral } = story;
    await contact(referral, 'ATTENDED', 'charity');
    const measurement = { referral, instrument: 'UCLA-3', occasion: 'BASELINE', score: 7, takenOn: at.slice(0, 10) };
    await hub.done('charity', 'recordMeasurement', measurement);
    await hub.done('charity', 'recordChoices', { referral, choices: [{ service: walks, decision: 'CHOSEN' }] });
    await hub.done('charity', 'pauseReferral', { referral, note: 'On holiday' });
    const ALL = `contacts { nodes { id ${MARKED} } } measurements { nodes { id ${MARKED} } } choices { id ${MARKED} } notes { id ${MARKED} }`;
    const entries = async (caller: Caller) => {
      const seen = await read(caller, referral, ALL);
      return [...seen.contacts.nodes, ...seen.measurements.nodes, ...seen.choices, ...seen.notes];
    };
    const before = await entries('charity');
    const heard = await kinds(referral);
    expect(before.map((each) => each.recordedInErrorAt)).toEqual([null, null, null, null]);
    for (const { id } of before) {
      const { userErrors, referral: after } = await voidIt('charity', id);
      expect([userErrors, after.id]).toEqual([[], referral]);
    }
    for (const caller of ['charity', 'linkWorker'] as const) {
      const after = await entries(caller);
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      for (const each of after)
        expect(each).toMatchObject({ recordedInErrorAt: expect.any(String), recordedInErrorReason: 'Another person' });
    }
    // nobody hears of it who has not asked
    expect(await kinds(referral)).toEqual(heard);
  });

  it('is marked by its author alone, who cannot be told from nobody by whoever does not see it', async () => {
    const entry = await contact(story.referral, 'ATTENDED');
    const refused = async (caller: Caller, id: string, reason?: string) => {
      const [error] = (await voidIt(caller, id, reason))['userErrors'];
      return [error.code, ...error.path];
    };
    const unknown = await refused('gp', 'con_11111111-1111-4111-8111-111111111111');
    expect(unknown[0]).toBe('NOT_FOUND');
    expect(await refused('gp', entry)).toEqual(unknown);
    expect(await refused('linkWorker', entry.replace('con_', 'mea_'))).toEqual(unknown);
    expect(await refused('linkWorker', entry.replace('con_', 'ref_'))).toEqual(unknown);
    expect(await refused('linkWorker', entry.replace('con_', 'srv_'))).toEqual(['NOT_FOUND', 'input', 'entry']);
    const [theirs] = (await read('linkWorker', story.onward, 'contacts { nodes { id } }')).contacts.nodes;
    expect((await refused('linkWorker', theirs.id))[0]).toBe('NOT_PERMITTED');
    expect(await refused('linkWorker', entry, ' ')).toEqual(['REASON_REQUIRED', 'input', 'reason']);
    expect((await read('linkWorker', story.referral, `contacts { nodes { ${MARKED} } }`)).contacts.nodes).toEqual([
      { recordedInErrorAt: null, recordedInErrorReason: null },
    ]);
  });

  it('keeps its first mark', async () => {
    const entry = await contact(story.referral, 'ATTENDED');
    await voidIt('linkWorker', entry, 'The first reason');
    await voidIt('linkWorker', entry, 'The second reason');
    const { nodes } = (await read('linkWorker', story.referral, `contacts { nodes { id ${MARKED} } }`)).contacts;
    expect(nodes.find(({ id }: { id: string }) => id === entry).recordedInErrorReason).toBe('The first reason');
  });

  it('counts as no missed contact: re-engagement is asked for at the second real one', async () => {
    const referral = await refer(hub, 20);
    await hub.done('linkWorker', 'acceptReferral', { referral });
    await voidIt('linkWorker', await contact(referral, 'DID_NOT_ATTEND'));
    await contact(referral, 'DID_NOT_ATTEND');
    expect(await kinds(referral)).not.toContain('REENGAGEMENT_DUE');
    await contact(referral, 'UNABLE_TO_ATTEND');
    expect((await kinds(referral)).filter((kind) => kind === 'REENGAGEMENT_DUE')).toHaveLength(1);
  });

  it('counts in no outcome, and what it had set off stands', async () => {
    const referral = await refer(hub, 21);
    await hub.done('linkWorker', 'acceptReferral', { referral });
    const wrong = await contact(referral, 'ATTENDED');
    await contact(referral, 'ATTENDED');
    const { referral: after } = await voidIt('linkWorker', wrong);
    expect(after.status).toBe('ACTIVE');
    await hub.done('linkWorker', 'closeReferral', { referral, result: 'GOALS_MET', planDeclined: true });
    expect((await read('linkWorker', referral, 'outcome { contacts }')).outcome.contacts).toBe(1);
    // found later still
    const { nodes } = (await read('linkWorker', referral, 'contacts { nodes { id } }')).contacts;
    for (const { id } of nodes) expect((await voidIt('linkWorker', id))['userErrors']).toEqual([]);
    expect((await read('linkWorker', referral, 'outcome { contacts }')).outcome.contacts).toBe(0);
  });
});
