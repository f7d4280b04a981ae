import { TestHub } from '../support/hub';
import { adult, consent } from '../support/people';
import { until } from '../support/until';

describe('support', () => {
  let hub: TestHub;
  let people = 100;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const accepted = async (): Promise<string> => {
    const receiver = await hub.organisation('ZPC01');
    const input = {
      person: adult(++people),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver,
      consent: consent(),
    };
    const { referral } = await hub.done('gp', 'createReferral', input);
    await hub.done('linkWorker', 'acceptReferral', { referral: referral.id });
    return referral.id;
  };
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const kinds = async (as: 'linkWorker' | 'gp', referral: string): Promise<string[]> => {
    const { rows } = {
      rows: await hub.database.asAdmin<{ kind: string; audience: string[] }>(
        'select kind, audience from hub.event where referral_id = $1 order by ordinal',
        [referral.slice(4)],
      ),
    };
    const party = (await hub.organisation(as === 'gp' ? 'Z81001' : 'ZPC01')).slice(4);
    return rows.filter(({ audience }) => audience.includes(party)).map(({ kind }) => kind);
  };
  const contact = (referral: string, attendance: string | null, more: object = {}) =>
    hub.send(
      'linkWorker',
      'recordContact',
      { referral, at: at(-60), attendance, ...more },
      'contact { id attendance minutes barriers mode practitioner { name } } referral { status version }',
    );

  it('starts by itself with the first attended contact: first the start, then the attendance', async () => {
    const referral = await accepted();
    const { contact: made, referral: after } = await contact(referral, 'ATTENDED', { minutes: 55, mode: 'telephone' });
    expect(made).toMatchObject({
      attendance: 'ATTENDED',
      minutes: 55,
      mode: 'telephone',
      practitioner: { name: 'Amina Yusuf' },
    });
    expect(after).toEqual({ status: 'ACTIVE', version: 3 });
    await contact(referral, 'ATTENDED');
    expect(await kinds('linkWorker', referral)).toEqual([
      'REFERRAL_RECEIVED',
      'REFERRAL_ACCEPTED',
      'SUPPORT_STARTED',
      'ATTENDANCE_RECORDED',
      'ATTENDANCE_RECORDED',
    ]);
    expect(await kinds('gp', referral)).toEqual(['REFERRAL_RECEIVED', 'REFERRAL_ACCEPTED', 'SUPPORT_STARTED']);
  });

  it('keeps not attending apart from being unable to, drops minutes of what was missed, and keeps the barriers', async () => {
    const referral = await accepted();
    const { contact: dna } = await contact(referral, 'DID_NOT_ATTEND', { minutes: 60 });
    const { contact: uta } = await contact(referral, 'UNABLE_TO_ATTEND', {
      minutes: 60,
      barriers: ['TRANSPORT', 'COST'],
    });
    expect([dna.attendance, dna.minutes]).toEqual(['DID_NOT_ATTEND', null]);
    expect(uta).toMatchObject({ attendance: 'UNABLE_TO_ATTEND', minutes: null, barriers: ['TRANSPORT', 'COST'] });
  });

  it('asks the link worker alone to re-engage at the second miss, of which the referrer hears too', async () => {
    const referral = await accepted();
    await contact(referral, 'DID_NOT_ATTEND');
    expect(await kinds('linkWorker', referral)).not.toContain('REENGAGEMENT_DUE');
    await contact(referral, 'UNABLE_TO_ATTEND');
    expect((await kinds('linkWorker', referral)).slice(-3)).toEqual([
      'ATTENDANCE_RECORDED',
      'ATTENDANCE_RECORDED',
      'REENGAGEMENT_DUE',
    ]);
    expect((await kinds('gp', referral)).slice(-1)).toEqual(['ATTENDANCE_RECORDED']);
    expect(await kinds('gp', referral)).not.toContain('REENGAGEMENT_DUE');
  });

  it('takes a planned contact without attendance, tells nobody, and refuses an attendance of the future', async () => {
    const referral = await accepted();
    expect((await contact(referral, null, { at: at(60 * 24) }))['contact'].attendance).toBeNull();
    expect(await kinds('linkWorker', referral)).toEqual(['REFERRAL_RECEIVED', 'REFERRAL_ACCEPTED']);
    expect((await contact(referral, 'ATTENDED', { at: at(30) }))['userErrors'][0]).toMatchObject({
      code: 'INVALID',
      path: ['input', 'at'],
    });
    // a clock a little ahead of ours is no lie
    expect((await contact(referral, 'ATTENDED', { at: at(4) }))['userErrors']).toEqual([]);
  });

  it('records contacts by the receiver alone, while it works on the referral', async () => {
    const referral = await accepted();
    const input = { referral, at: at(-60), attendance: 'ATTENDED' };
    expect((await hub.send('gp', 'recordContact', input))['userErrors'][0].code).toBe('NOT_PERMITTED');
    expect((await hub.send('otherGp', 'recordContact', input))['userErrors'][0].code).toBe('NOT_FOUND');
    await hub.done('linkWorker', 'closeReferral', { referral, result: 'UNREACHABLE' });
    expect((await contact(referral, 'ATTENDED'))['userErrors'][0]).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      from: 'CLOSED',
    });
  });

  it('gives a referral to a colleague, and refuses a second hand-over that did not see the first', async () => {
    const referral = await accepted();
    const rows = await hub.database.asAdmin<{ id: string; external_id: string }>(
      'select id, external_id from hub.practitioner',
    );
    const practitioner = (external: string) => `pra_${rows.find(({ external_id }) => external_id === external)?.id}`;
    const give = (to: string, selection = 'referral { version linkWorker { name } }') =>
      hub.send('linkWorker', 'assignReferral', { referral, practitioner: practitioner(to) }, selection);
    expect((await give('R8102'))['referral']).toEqual({ version: 2, linkWorker: { name: 'Ben Okoro' } });
    expect((await give('R8401'))['userErrors'][0]).toMatchObject({ code: 'INVALID', path: ['input', 'practitioner'] });
    const { referrals } = await hub.read('colleague', '{ referrals(filter: { assignedToMe: true }) { nodes { id } } }');
    expect(referrals.nodes).toEqual([{ id: referral }]);
    // the first of two holds the lock; the second has read before it
    await hub.database.asAdmin('begin');
    await hub.database.asAdmin('select from hub.referral where id = $1 for update', [referral.slice(4)]);
    const waiting = give('R8101');
    await until('the second hand-over waits for the lock', async () => {
      await hub.database.asAdmin('select pg_stat_clear_snapshot()');
      const blocked = await hub.database.asAdmin(
        "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%referrals.lock%' and datname = current_database()",
      );
      return blocked.length > 0;
    });
    await hub.database.asAdmin('update hub.referral set assignment = assignment + 1 where id = $1', [
      referral.slice(4),
    ]);
    await hub.database.asAdmin('commit');
    expect((await waiting)['userErrors'][0]).toMatchObject({ code: 'STALE_VERSION' });
  });
});
