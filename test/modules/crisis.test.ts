import { randomUUID } from 'node:crypto';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { adult, consent, nhsNumber } from '../support/people';
import { until } from '../support/until';

const SELECTION =
  'escalation { id at basis facts override alerts practice { name } raisedBy { name } person { name nhsNumber } acknowledgedAt acknowledgement acknowledgedBy { name } } urgentHelp';
const FACTS = 'Says she has thought of ending her life tonight.';

describe('a crisis', () => {
  let hub: TestHub;
  const ids: Record<string, string> = {};
  let index = 100;

  beforeAll(async () => {
    hub = await TestHub.start();
    for (const code of ['Z81001', 'Z81002', 'ZPC01', 'ZR1', 'ZV001', 'Z999']) ids[code] = await hub.organisation(code);
  });
  afterAll(() => hub.stop());

  /** A referral from the gp that waits with the link worker; the gp, also her practice, is at STAGE. */
  const waiting = async (more: object = {}) => {
    index += 1;
    const input = {
      person: adult(index),
      reasons: ['mental-health'],
      route: 'general-practice',
      receiver: ids['ZPC01'],
      consent: consent(['PRIMARY_CARE', 'VOLUNTARY', 'SOCIAL_CARE'], more),
    };
    const { referral } = await hub.done('gp', 'createReferral', input, 'referral { id reference }');
    await hub.done('linkWorker', 'acceptReferral', { referral: referral.id });
    await hub.done('linkWorker', 'placeOnWaitingList', { referral: referral.id });
    return referral as { id: string; reference: string };
  };
  const escalate = (referral: string, more: object = {}, caller: Caller = 'linkWorker') =>
    hub.send(
      caller,
      'escalateToGp',
      { referral, basis: 'CONSENT', facts: FACTS, practice: ids['Z81002'], ...more },
      SELECTION,
    );
  const raise = async (referral: string, more: object = {}) => {
    const payload = await escalate(referral, more);
    expect(payload['userErrors']).toEqual([]);
    return payload['escalation'];
  };
  const feedOf = async (caller: Caller, reference: string) => {
    const { feedback } = await hub.read(
      caller,
      '{ feedback(kinds: [CRISIS_ESCALATED, SUPPORT_PAUSED, REFERRAL_ACCEPTED]) { nodes { kind disclosure reference requiresAcknowledgement actor { name } referral { id } escalation { id facts } } } }',
    );
    return feedback.nodes.filter((node: { reference: string }) => node.reference === reference);
  };

  it('goes to the practice named, which reads the facts and who it is about, and nothing of the referral', async () => {
    const { id, reference } = await waiting();
    const raised = await raise(id);
    expect(raised).toMatchObject({
      basis: 'CONSENT',
      facts: FACTS,
      override: false,
      alerts: 1,
      practice: { name: 'Vale Surgery' },
      raisedBy: { name: 'Hill Primary Care Network' },
      acknowledgedAt: null,
    });
    const told = await until('the practice has been told', async () => {
      const events = await feedOf('otherGp', reference);
      return events.length > 0 && events;
    });
    expect(told).toEqual([
      {
        kind: 'CRISIS_ESCALATED',
        disclosure: 'CRISIS',
        reference,
        requiresAcknowledgement: true,
        actor: { name: 'Hill Primary Care Network' },
        referral: null,
        escalation: { id: raised.id, facts: FACTS },
      },
    ]);
    const duty = await hub.read(
      'otherGp',
      'query($id: ID!) { escalations(open: true) { totalCount nodes { id person { name nhsNumber referrals { totalCount } } } } referral(id: $id) { id } referrals { totalCount } }',
      { id },
    );
    expect(duty).toMatchObject({ referral: null, referrals: { totalCount: 0 } });
    expect(duty['escalations'].nodes).toEqual([
      {
        id: raised.id,
        person: { name: expect.stringContaining('Rowan'), nhsNumber: nhsNumber(index), referrals: { totalCount: 0 } },
      },
    ]);
  });

  it('leaves the queue, tells link worker and person, and the referrer no more than that support rests', async () => {
    const { id, reference } = await waiting();
    const raised = await raise(id);
    const { referral } = await hub.read(
      'linkWorker',
      'query($id: ID!) { referral(id: $id) { status escalations { id facts } } }',
      { id },
    );
    expect(referral).toEqual({ status: 'PAUSED', escalations: [{ id: raised.id, facts: FACTS }] });
    const mine = await until('the person has been told', async () => {
      const { myFeedback } = await hub.read(
        { nhs_number: nhsNumber(index), roles: [] },
        '{ myFeedback { kind summary } }',
      );
      return myFeedback.length === 5 && myFeedback;
    });
    expect(mine.map(({ kind }: { kind: string }) => kind).slice(3)).toEqual(['CRISIS_ESCALATED', 'SUPPORT_PAUSED']);
    expect((await feedOf('linkWorker', reference)).map(({ kind }: { kind: string }) => kind)).toContain(
      'CRISIS_ESCALATED',
    );
    const referrer = await feedOf('gp', reference);
    expect(referrer.map(({ kind }: { kind: string }) => kind)).toEqual(['REFERRAL_ACCEPTED', 'SUPPORT_PAUSED']);
    const seen = await hub.read(
      'gp',
      'query($id: ID!, $esc: ID!) { referral(id: $id) { escalations { id } } node(id: $esc) { id } }',
      { id, esc: raised.id },
    );
    expect(seen).toEqual({ referral: { escalations: [] }, node: null });
  });

  it('leaves a practice that is party already what it is, and needs no name for the one she is registered with', async () => {
    const { id, reference } = await waiting();
    await hub.database.asAdmin('update hub.referral set practice_id = $2 where id = $1', [
      id.slice(4),
      ids['Z81001']?.slice(4),
    ]);
    expect((await raise(id, { practice: null })).practice).toEqual({ name: 'Hill Surgery' });
    const event = await until('the practice has been told', async () =>
      (await feedOf('gp', reference)).find(({ kind }: { kind: string }) => kind === 'CRISIS_ESCALATED'),
    );
    expect(event).toMatchObject({ disclosure: 'STAGE', referral: { id } });
    expect(
      (await hub.read('gp', 'query($id: ID!) { referral(id: $id) { disclosure status } }', { id }))['referral'],
    ).toEqual({
      disclosure: 'STAGE',
      status: 'PAUSED',
    });
  });

  it('sends the practice nothing of the referral afterwards', async () => {
    const { id, reference } = await waiting();
    await raise(id);
    await hub.done('linkWorker', 'resumeReferral', { referral: id });
    await hub.done('linkWorker', 'closeReferral', { referral: id, result: 'GOALS_MET', planDeclined: true });
    await until('the referrer has heard of the end', async () =>
      (await hub.read('gp', '{ feedback(kinds: [REFERRAL_CLOSED]) { nodes { reference } } }'))['feedback'].nodes.some(
        (node: { reference: string }) => node.reference === reference,
      ),
    );
    const { feedback } = await hub.read('otherGp', '{ feedback { nodes { kind reference } } }');
    const heard = feedback.nodes.filter((node: { reference: string }) => node.reference === reference);
    expect(heard.map(({ kind }: { kind: string }) => kind)).toEqual(['CRISIS_ESCALATED']);
  });

  it('is acknowledged by a clinician of that practice alone, once, with a note for whoever raised it', async () => {
    const { id, reference } = await waiting();
    const { id: escalation } = await raise(id, { practice: ids['Z81001'] });
    await until('the practice has been told all', async () =>
      (await feedOf('gp', reference)).some(({ kind }: { kind: string }) => kind === 'SUPPORT_PAUSED'),
    );
    const acknowledge = (caller: Parameters<TestHub['send']>[0], note?: string, target = escalation) =>
      hub.send(caller, 'acknowledgeEscalation', { escalation: target, note }, SELECTION);
    const refused = async (caller: Parameters<TestHub['send']>[0], target?: string) =>
      (await acknowledge(caller, undefined, target))['userErrors'].map(({ code }: { code: string }) => code);
    expect(await refused('linkWorker')).toEqual(['NOT_PERMITTED']);
    expect(await refused({ org: 'Z81001', roles: ['reception'] })).toEqual(['NOT_PERMITTED']);
    for (const stranger of ['otherGp', 'charity', 'council', 'icb'] as const) {
      expect(await acknowledge(stranger)).toEqual(await acknowledge(stranger, undefined, `esc_${randomUUID()}`));
    }
    const first = await acknowledge('gp', 'Rang her; seen at 15:10.');
    expect(first['escalation']).toMatchObject({
      acknowledgement: 'Rang her; seen at 15:10.',
      acknowledgedBy: { name: 'Dr Shah' },
    });
    expect((await acknowledge('gp', 'Again.'))['escalation']).toEqual(first['escalation']);
    const { node, referral } = await hub.read(
      'linkWorker',
      'query($id: ID!, $ref: ID!) { node(id: $id) { ... on Escalation { acknowledgedAt acknowledgement } } referral(id: $ref) { loop { organisation { name } actedAt } } }',
      { id: escalation, ref: id },
    );
    expect(node).toMatchObject({ acknowledgement: 'Rang her; seen at 15:10.', acknowledgedAt: expect.any(String) });
    expect(referral.loop).toContainEqual({ organisation: { name: 'Hill Surgery' }, actedAt: expect.any(String) });
  });

  it('comes again, to practice and link worker, until it is acknowledged, even where she has withdrawn meanwhile', async () => {
    await hub.database.asAdmin("update hub.crisis_setting set alert_every = '1 second'");
    const { id, reference } = await waiting();
    const { id: escalation } = await raise(id, { practice: ids['Z81001'] });
    await hub.done('linkWorker', 'withdrawReferral', { referral: id, reason: 'Changed her mind' });
    const alerts = async () =>
      (
        await hub.read(
          'gp',
          'query($id: ID!) { node(id: $id) { ... on Escalation { alerts facts person { name } } } }',
          { id: escalation },
        )
      )['node'];
    expect(
      (
        await until('the third alert', async () => {
          const now = await alerts();
          return now.alerts >= 3 && now;
        })
      ).person.name,
    ).toContain('Rowan');
    for (const caller of ['gp', 'linkWorker'] as const) {
      await until(
        `${caller} has been told again`,
        async () =>
          (await feedOf(caller, reference)).filter(({ kind }: { kind: string }) => kind === 'CRISIS_ESCALATED')
            .length >= 3,
      );
    }
    await hub.done('gp', 'acknowledgeEscalation', { escalation }, SELECTION);
    const { alerts: last } = await alerts();
    // another, raised later, comes again: so this one would have
    const other = (await raise((await waiting()).id)).id;
    await until('the other one has come again', async () => {
      const { node } = await hub.read(
        'linkWorker',
        'query($id: ID!) { node(id: $id) { ... on Escalation { alerts } } }',
        { id: other },
      );
      return node.alerts >= 3;
    });
    expect((await alerts()).alerts).toBe(last);
    await hub.database.asAdmin("update hub.crisis_setting set alert_every = '15 minutes'");
  });

  it('stays with its practice, and with it whom it is about, where all else ends before anybody there has it in hand', async () => {
    const { id, reference } = await waiting();
    const about = 'query($id: ID!) { node(id: $id) { ... on Escalation { facts person { name nhsNumber } } } }';
    const { id: escalation } = await raise(id);
    await hub.done('linkWorker', 'withdrawReferral', { referral: id, reason: 'Changed her mind' });
    expect((await hub.read('otherGp', about, { id: escalation }))['node']).toEqual({
      facts: FACTS,
      person: { name: expect.stringContaining('Rowan'), nhsNumber: nhsNumber(index) },
    });
    await until('the practice has been told', async () => (await feedOf('otherGp', reference)).length === 1);
    // once it is in hand, what ends later ends
    const { id: later } = await waiting();
    const inHand = await raise(later, { practice: ids['Z81001'] });
    await hub.done('gp', 'acknowledgeEscalation', { escalation: inHand.id }, SELECTION);
    await hub.done('linkWorker', 'withdrawReferral', { referral: later, reason: 'Changed her mind' });
    const parties = await hub.database.asAdmin<{ disclosure: string; ended: boolean }>(
      'select disclosure, ended_at is not null as ended from hub.referral_party where referral_id = $1 and party_id = $2',
      [later.slice(4), ids['Z81001']?.slice(4)],
    );
    expect(parties).toEqual([{ disclosure: 'STAGE', ended: true }]);
  });

  it('lets its practice into the care team by consent, for as long as that holds', async () => {
    const { id } = await waiting();
    await raise(id);
    const { referral } = await hub.read('linkWorker', 'query($id: ID!) { referral(id: $id) { person { id } } }', {
      id,
    });
    const given = consent(['PRIMARY_CARE'], { recipients: [ids['Z81002']], categories: ['care-team'] });
    const lastDay = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await hub.done('linkWorker', 'recordConsent', {
      person: referral.person.id,
      referral: id,
      consent: given,
      expiresOn: lastDay,
    });
    const seen = 'query($id: ID!) { referral(id: $id) { disclosure } }';
    expect((await hub.read('otherGp', seen, { id }))['referral']).toEqual({ disclosure: 'STAGE' });
    await hub.database.asAdmin('update hub.referral_party set expires_on = expires_on - 5 where referral_id = $1', [
      id.slice(4),
    ]);
    await until('the consent has run out', async () => !(await hub.read('otherGp', seen, { id }))['referral']);
    // the crisis itself nobody has in hand yet
    const { escalations } = await hub.read('otherGp', '{ escalations(first: 1) { nodes { person { name } } } }');
    expect(escalations.nodes).toEqual([{ person: { name: expect.stringContaining('Rowan') } }]);
  });

  describe('where she has excluded the practice', () => {
    it('needs vital interests, is marked as an override, and is shown to her', async () => {
      const { id } = await waiting({ exclude: [ids['Z81002']] });
      const refused = await escalate(id);
      expect(refused).toMatchObject({
        escalation: null,
        userErrors: [{ code: 'CONSENT_REQUIRED', path: ['input', 'basis'] }],
      });
      expect(refused['urgentHelp']).toContain('999');
      const raised = await raise(id, { basis: 'VITAL_INTERESTS' });
      expect(raised.override).toBe(true);
      await hub.read('otherGp', 'query($id: ID!) { node(id: $id) { ... on Escalation { facts person { name } } } }', {
        id: raised.id,
      });
      const { myAccessLog } = await hub.read(
        { nhs_number: nhsNumber(index), roles: [] },
        '{ myAccessLog(first: 100) { nodes { organisation purpose override } } }',
      );
      const overrides = myAccessLog.nodes.filter(({ override }: { override: boolean }) => override);
      expect(overrides).toEqual([
        { organisation: 'Vale Surgery', purpose: 'looked at your records', override: true },
        {
          organisation: 'Vale Surgery',
          purpose: 'Was told of a crisis by Hill Primary Care Network, to protect your life or health',
          override: true,
        },
      ]);
    });
  });

  it('asks for a basis, facts, a practice, and an open referral', async () => {
    const { id } = await waiting();
    const codes = async (more: object, target = id, caller: Caller = 'linkWorker') =>
      (await escalate(target, more, caller))['userErrors'].map(({ code, path }: { code: string; path: string[] }) => [
        code,
        path.at(-1),
      ]);
    expect(await codes({ basis: ' ' })).toEqual([['REASON_REQUIRED', 'basis']]);
    expect(await codes({ facts: '' })).toEqual([['REASON_REQUIRED', 'facts']]);
    expect(await codes({ facts: `Number ${nhsNumber(1)}` })).toEqual([['INVALID', 'facts']]);
    expect(await codes({ practice: ids['Z999'] })).toEqual([['INVALID', 'practice']]);
    expect(await codes({ practice: `org_${randomUUID()}` })).toEqual([['NOT_FOUND', 'practice']]);
    expect(await codes({ practice: null })).toEqual([['INVALID', 'practice']]);
    expect(await codes({}, id, 'gp')).toEqual([['NOT_PERMITTED', 'referral']]);
    expect(await codes({}, id, 'charity')).toEqual([['NOT_FOUND', 'referral']]);
    await hub.done('linkWorker', 'closeReferral', { referral: id, result: 'GOALS_MET', planDeclined: true });
    expect(await codes({})).toEqual([['ILLEGAL_TRANSITION', 'referral']]);
  });

  it('may be raised by the provider of an onward referral, who hears nothing more of it', async () => {
    const { id } = await waiting();
    await hub.done('linkWorker', 'startReferral', { referral: id });
    const service = await hub.service({ id: 'crisis-walks', organisation: 'ZV001' });
    const { referral: onward } = await hub.done(
      'linkWorker',
      'createOnwardReferral',
      { referral: id, service, reasons: ['volunteering'], consent: consent() },
      'referral { id reference }',
    );
    const payload = await escalate(onward.id, {}, 'charity');
    expect(payload['escalation']).toMatchObject({ facts: FACTS, person: { nhsNumber: null } });
    // the link worker knew the number; the practice is given it, past the charity
    const { escalations } = await hub.read('otherGp', '{ escalations(first: 1) { nodes { person { nhsNumber } } } }');
    expect(escalations.nodes).toEqual([{ person: { nhsNumber: nhsNumber(index) } }]);
    await until('the link worker has been told', async () =>
      (await feedOf('linkWorker', onward.reference)).some(({ kind }: { kind: string }) => kind === 'CRISIS_ESCALATED'),
    );
    expect(await feedOf('charity', onward.reference)).toEqual([]);
  });
});
