import { TestHub } from '../support/hub';
import { consent } from '../support/people';
import { loadProgrammes } from '../support/programmes';
import { refer } from '../support/referral';
import { until } from '../support/until';

describe('programmes', () => {
  let hub: TestHub;
  let breathe: string;
  let breathing: string;
  beforeAll(async () => {
    hub = await TestHub.start();
    await loadProgrammes(hub);
    breathing = await hub.service({ id: 'breathing', organisation: 'ZR1', name: 'Breathing class' });
    const { programmes } = await hub.read('gp', '{ programmes { nodes { id name } } }');
    breathe = programmes.nodes.find(({ name }: { name: string }) => name === 'Breathe Easy').id;
  });
  afterAll(() => hub.stop());

  const publish = (caller: Parameters<TestHub['send']>[0], version: number, more: object = {}) =>
    hub.send(caller, 'publishServiceParameters', { programme: breathe, version, ...more });

  it('come with the network: who runs them, for whom, who pays, how long', async () => {
    const { node } = await hub.read(
      'charity',
      `query($id: ID!) { node(id: $id) { ... on Programme { name model aim area ageGroups fundingSource startsOn endsOn fundingEndsOn continuity parametersVersion
        organisation { name } services { nodes { name programme { id } } }
        parameters { version plannedDays maximumContacts responseDays wouldNotBenefit publishedBy { name } rules { kind excludes minimum maximum oneOf wording } } } } }`,
      { id: breathe },
    );
    expect(node).toMatchObject({
      name: 'Breathe Easy',
      model: 'LINK_WORKER',
      fundingSource: 'Charitable trust',
      startsOn: '2024-04-01',
      endsOn: null,
      fundingEndsOn: '2027-03-31',
      continuity: 'The trust keeps its link worker.',
      parametersVersion: 1,
      organisation: { name: 'Test Community Trust' },
      services: { nodes: [{ name: 'Breathing class', programme: { id: breathe } }] },
      parameters: { version: 1, plannedDays: 30, maximumContacts: 12, publishedBy: null },
    });
    expect(node.parameters.rules).toHaveLength(6);
    expect(node.parameters.rules[1]).toEqual({
      kind: 'AREA',
      excludes: false,
      minimum: null,
      maximum: null,
      oneOf: ['HA1', 'HA2'],
      wording: 'For people of HA1 and HA2.',
    });
  });

  it("name a referral's: its service's, else its receiver's, and nothing to whoever may not know those", async () => {
    const root = await refer(hub, 1);
    await hub.done('linkWorker', 'acceptReferral', { referral: root });
    const input = { referral: root, service: breathing, reasons: ['respiratory'], consent: consent() };
    const { referral: onward } = await hub.done(
      'linkWorker',
      'createOnwardReferral',
      input,
      'referral { id programme { name } }',
    );
    expect(onward.programme).toEqual({ name: 'Breathe Easy' });
    const of = async (caller: 'gp' | 'linkWorker' | 'trust', id: string) =>
      (await hub.read(caller, 'query($id: ID!) { referral(id: $id) { programme { name } } }', { id }))['referral']
        .programme;
    expect(await of('linkWorker', root)).toEqual({ name: 'Hill link workers' });
    expect(await of('gp', root)).toEqual({ name: 'Hill link workers' });
    expect(await of('trust', onward.id)).toEqual({ name: 'Breathe Easy' });
    // the practice is at STAGE there, where provider and service are not shown
    expect(await of('gp', onward.id)).toBeNull();
  });

  it('publish parameters by versions, each kept, to every party of their networks', async () => {
    const changed = {
      plannedDays: 60,
      wouldNotBenefit: 'Nobody.',
      rules: [{ kind: 'AGE', minimum: 16, wording: 'From 16.' }],
    };
    const { programme } = await hub.done(
      'icb',
      'publishServiceParameters',
      { programme: breathe, version: 2, ...changed },
      'programme { parametersVersion parameters { publishedBy { name } rules { wording } } versions { totalCount nodes { version rules { wording } } } }',
    );
    expect(programme).toMatchObject({
      parametersVersion: 2,
      parameters: { publishedBy: { name: 'Test ICB' }, rules: [{ wording: 'From 16.' }] },
      versions: { totalCount: 2 },
    });
    expect(
      programme.versions.nodes.map(({ version, rules }: { version: number; rules: unknown[] }) => [
        version,
        rules.length,
      ]),
    ).toEqual([
      [2, 1],
      [1, 6],
    ]);
    for (const caller of ['gp', 'linkWorker', 'charity', 'council', 'trust', 'icb'] as const) {
      const news = () =>
        hub.read(
          caller,
          '{ feedback(kinds: [SERVICE_PARAMETERS_CHANGED]) { nodes { disclosure referral { id } programme { name parametersVersion } } } }',
        );
      await until(`${caller} is told`, async () => (await news())['feedback'].nodes.length);
      expect((await news())['feedback'].nodes).toEqual([
        { disclosure: 'FULL', referral: null, programme: { name: 'Breathe Easy', parametersVersion: 2 } },
      ]);
    }
    expect((await hub.read('withoutAgreement', '{ feedback { nodes { kind } } }'))['feedback'].nodes).toEqual([]);
  });

  it('refuse a version that was not the next, so that nobody overwrites what they have not read', async () => {
    for (const version of [1, 2, 4])
      expect((await publish('trust', version))['userErrors'][0]).toMatchObject({
        code: 'STALE_VERSION',
        path: ['input', 'version'],
      });
    expect((await publish('trust', 3))['programme'].parametersVersion).toBe(3);
  });

  it('are published by who runs them and their commissioner, and nobody else', async () => {
    for (const caller of ['linkWorker', 'charity', 'gp'] as const)
      expect((await publish(caller, 4))['userErrors'][0].code).toBe('NOT_PERMITTED');
    expect((await publish('withoutAgreement', 4))['userErrors'][0].code).toBe('NO_AGREEMENT');
    const unknown = { programme: 'prg_11111111-1111-4111-8111-111111111111' };
    expect((await publish('icb', 4, unknown))['userErrors'][0].code).toBe('NOT_FOUND');
  });

  it.each([
    [{ kind: 'AREA', wording: 'x' }, ['0', 'oneOf']],
    [{ kind: 'AGE', wording: 'x' }, ['0', 'minimum']],
    [{ kind: 'AGE', minimum: 9, maximum: 3, wording: 'x' }, ['0', 'minimum']],
    [{ kind: 'LIVES_ALONE', minimum: 1, wording: 'x' }, ['0']],
    [{ kind: 'LIVES_ALONE', wording: ' ' }, ['0', 'wording']],
  ])('refuse a rule that says nothing: %j', async (rule, path) => {
    expect((await publish('trust', 4, { rules: [rule] }))['userErrors'][0]).toMatchObject({
      code: 'INVALID',
      path: ['input', 'rules', ...path],
    });
  });

  it('keep what was published when the network file is loaded again', async () => {
    await loadProgrammes(hub);
    const { node } = await hub.read(
      'gp',
      'query($id: ID!) { node(id: $id) { ... on Programme { parametersVersion versions { totalCount } } } }',
      { id: breathe },
    );
    expect(node).toEqual({ parametersVersion: 3, versions: { totalCount: 3 } });
  });
});
