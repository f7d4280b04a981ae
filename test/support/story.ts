import type { TestHub } from './hub';
import type { Caller } from './network';
import { adult, consent, nhsNumber } from './people';
import { loadProgrammes } from './programmes';
import { Random } from './random-operation';

/** Fills a hub with referrals at every stage, seen by every kind of party: what readers' tests ask about. */
export async function tellStories(hub: TestHub, count: number, seed = 7): Promise<void> {
  const random = new Random(seed);
  // draws of its own: what is added to the support changes no story
  const support = new Random(seed + 1);
  const worries = new Random(seed + 2);
  const [pcn, trust, council] = await Promise.all(['ZPC01', 'ZR1', 'Z999'].map((ods) => hub.organisation(ods)));
  const practices = await Promise.all(['Z81001', 'Z81002'].map((ods) => hub.organisation(ods)));
  await loadProgrammes(hub);
  await hub.service({ id: 'breathing', organisation: 'ZR1', name: 'Breathing class', categories: ['respiratory'] });
  const services = [
    await hub.service({ id: 's1', organisation: 'ZV001', name: 'Afternoon "walking" group', areas: [] }),
    await hub.service({ id: 's2', organisation: 'ZV002', name: 'Debt advice\nand budgeting', areas: [] }),
  ];
  await hub.done('charity', 'updateCapacity', { service: services[0], placesLeft: 3, fundedPlaces: 9, volunteers: 2 });
  await hub.done('linkWorker', 'setPracticeShare', { practice: await hub.organisation('Z81001'), quota: 30 });
  const [row] = await hub.database.asAdmin<{ id: string }>(
    "select id from hub.practitioner where external_id = 'R8101'",
  );
  const amina = `pra_${row?.id}`;
  const reasons = ['mental-health', 'physical-inactivity', 'legal-advice', 'volunteering'];
  for (let i = 0; i < count; i++) {
    const referrer: Caller = random.pick(['gp', 'otherGp']);
    const worker: Caller = random.pick(['linkWorker', 'trust']);
    const person = adult(i, { familyName: `O'Neil-${i} "Ö" \\ \u2028` });
    const input = {
      person,
      reasons: reasons.slice(0, 1 + random.below(3)),
      route: random.pick(['general-practice', 'drop-in']),
      receiver: worker === 'linkWorker' ? pcn : trust,
      note: random.chance(0.5) ? 'Likes "tea";\tand <b>cake</b> & é' : null,
      consent: consent(random.pick([['PRIMARY_CARE', 'VOLUNTARY'], ['VOLUNTARY'], []])),
    };
    const { referral } = await hub.done(referrer, 'createReferral', input, 'referral { id person { id } }');
    if (random.chance(0.15)) {
      if (random.chance(0.5)) await leaveUnanswered(hub, referral.id);
      continue;
    }
    if (random.chance(0.15)) {
      await hub.done(worker, 'declineReferral', { referral: referral.id, reason: 'CAPACITY' });
      continue;
    }
    await hub.done(worker, 'acceptReferral', { referral: referral.id });
    if (random.chance(0.3)) await hub.done(worker, 'placeOnWaitingList', { referral: referral.id });
    if (random.chance(0.3)) {
      const joined = consent(['SOCIAL_CARE'], { recipients: [council], categories: ['care-team'] });
      const { referrals } = await hub.read(
        worker,
        'query P($id: ID!) { referrals: referral(id: $id) { person { id } } }',
        { id: referral.id },
      );
      await hub.done(worker, 'recordConsent', { person: referrals.person.id, referral: referral.id, consent: joined });
    }
    if (worker === 'linkWorker' && random.chance(0.5))
      await hub.done(worker, 'assignReferral', { referral: referral.id, practitioner: amina });
    for (let n = random.below(4); n > 0; n--) {
      const attendance = random.pick(['ATTENDED', 'DID_NOT_ATTEND', 'UNABLE_TO_ATTEND']);
      const at = new Date(Date.now() - random.below(80) * 86_400_000).toISOString();
      await hub.done(worker, 'recordContact', {
        referral: referral.id,
        at,
        attendance,
        minutes: 30 + n,
        barriers: random.pick([[], ['COST', 'WAIT']]),
      });
    }
    if (random.chance(0.5)) {
      const items = ['satisfaction', 'worthwhile', 'happiness', 'anxiety'].map((key) => ({
        key,
        value: random.below(21) / 2,
      }));
      await hub.done(worker, 'recordMeasurement', {
        referral: referral.id,
        instrument: 'ONS4',
        occasion: 'BASELINE',
        items,
        takenOn: '2026-01-02',
      });
    }
    if (random.chance(0.3)) {
      const taken = { referral: referral.id, occasion: 'REVIEW', takenOn: '2026-02-02' };
      const items = Array.from({ length: 7 }, (_, n) => ({ key: `item-${n + 1}`, value: 1 + random.below(5) }));
      await hub.done(worker, 'recordMeasurement', { ...taken, instrument: 'SWEMWBS', items });
      await hub.done(worker, 'recordMeasurement', { ...taken, instrument: 'PAM', score: random.below(1_000) / 10 });
    }
    if (random.chance(0.5)) {
      const onward = {
        referral: referral.id,
        service: random.pick(services),
        reasons: ['volunteering'],
        consent: consent(['PRIMARY_CARE', 'VOLUNTARY']),
      };
      const { referral: child } = await hub.done(
        worker,
        'createOnwardReferral',
        onward,
        'referral { id receiver { identifiers { value } } }',
      );
      const charity: Caller = child.receiver.identifiers.some(({ value }: { value: string }) => value === 'ZV001')
        ? 'charity'
        : 'otherCharity';
      if (random.chance(0.7)) await hub.done(charity, 'acceptReferral', { referral: child.id, note: 'Welcome!' });
      if (random.chance(0.3))
        await hub.done(worker, 'withdrawReferral', { referral: child.id, reason: 'Changed her mind' });
    }
    await supportIt(hub, worker, referral.id, services, support);
    await worryAbout(hub, worker, referral.id, practices, worries);
    if (random.chance(0.4)) {
      await hub.done(worker, 'closeReferral', {
        referral: referral.id,
        result: 'GOALS_MET',
        summary: 'Well.',
        selfManagementPlan: 'Walks.',
      });
      if (random.chance(0.5)) await hub.done(referrer, 'createReferral', input);
    }
  }
  await arrangeWork(hub, services[0] ?? '');
}

/** Past its limit, as if nobody had answered for weeks; the clock reminds of it meanwhile. */
async function leaveUnanswered(hub: TestHub, referral: string): Promise<void> {
  const due = `update hub.referral set respond_by = '2026-01-05', remind_after = '2026-01-05' where id = $1`;
  await hub.database.asAdmin(due, [referral.slice(4)]);
}

/** Limits, cover, an assignment and an organisation that is no more. */
async function arrangeWork(hub: TestHub, service: string): Promise<void> {
  const staff = await hub.database.asAdmin<{ id: string; external_id: string }>(
    'select id, external_id from hub.practitioner',
  );
  const practitioner = (external: string) => `pra_${staff.find((each) => each.external_id === external)?.id}`;
  await hub.done('charity', 'setResponseLimit', { service, workingDays: 3 }, 'limit { workingDays }');
  await hub.done('trust', 'setResponseLimit', { workingDays: 8 }, 'limit { workingDays }');
  const [from, to] = ['2026-01-01', '2099-12-31'];
  const cover = { practitioner: practitioner('R8102'), coveredBy: practitioner('R8101'), from, to };
  await hub.done('linkWorker', 'setCover', cover, 'cover { from }');
  const open =
    '{ referrals(filter: { status: [RECEIVED, ACCEPTED, ACTIVE], role: LINK_WORKER, kind: LINK_WORKER }, first: 6) { nodes { id } } }';
  const { referrals } = await hub.read('linkWorker', open);
  for (const [i, { id }] of referrals.nodes.entries())
    await hub.done('linkWorker', 'assignReferral', {
      referral: id,
      practitioner: practitioner(i % 2 ? 'R8101' : 'R8102'),
    });
  await hub.database.asAdmin(
    `insert into hub.organisation (name, sector, closed_on, successor_id) values ('Walkers of Old', 'VOLUNTARY', '2026-01-01', $1)`,
    [(await hub.organisation('ZV001')).slice(4)],
  );
}

/** The menu, the plan, a message and what else a link worker records. */
async function supportIt(hub: TestHub, worker: Caller, referral: string, services: string[], random: Random) {
  const why = 'Not "my" thing\t& far';
  if (random.chance(0.5)) {
    const decision = random.pick(['CHOSEN', 'DECLINED']);
    const choices = services.map((service, i) => ({ service, decision: i ? 'OFFERED' : decision, why }));
    await hub.done(worker, 'recordChoices', { referral, choices });
  }
  if (random.chance(0.5)) {
    const goals = [{ text: 'Walk "daily"', baseline: 2, latest: random.below(10) }, { text: 'Sleep' }];
    await hub.done(worker, 'recordPlan', { referral, whatMatters: random.pick(['Her dog & cat', null]), goals });
  }
  if (random.chance(0.4)) await hub.done(worker, 'postMessage', { referral, text: 'Call the "surgery"' });
  if (random.chance(0.3))
    await hub.done(worker, 'recordPreparation', {
      referral,
      kind: 'SOCIAL',
      ready: random.chance(0.5),
      adjustments: why,
    });
  if (random.chance(0.3)) await hub.done(worker, 'extendSupport', { referral, reason: why, contacts: 20 });
  if (random.chance(0.4)) {
    const query = 'query E($id: ID!) { referral(id: $id) { contacts { nodes { id } } choices { id } notes { id } } }';
    const seen = (await hub.read(worker, query, { id: referral }))['referral'];
    const entry = [...seen.contacts.nodes, ...seen.choices][0];
    if (entry) await hub.done(worker, 'voidEntry', { entry: entry.id, reason: why });
  }
}

/** Now and then a crisis goes to a practice, a safeguarding note is written, or somebody is to act for the person. */
async function worryAbout(
  hub: TestHub,
  worker: Caller,
  referral: string,
  practices: string[],
  random: Random,
): Promise<void> {
  if (random.chance(0.2)) {
    const facts = 'Says "I cannot go on".';
    const escalation = { referral, practice: random.pick(practices), basis: 'CONSENT', facts };
    await hub.done(worker, 'escalateToGp', escalation, 'escalation { id }');
    await hub.done(worker, 'recordSafeguardingNote', { referral, text: facts }, 'recorded');
  }
  if (random.chance(0.2)) {
    const { known } = await hub.read(worker, 'query P($id: ID!) { known: referral(id: $id) { person { id } } }', {
      id: referral,
    });
    const expiresOn = new Date(Date.now() + 86_400_000 * 90).toISOString().slice(0, 10);
    const proxy = { nhsNumber: nhsNumber(900), relationship: 'Son', scopes: ['CONSENT'], expiresOn };
    await hub.done(worker, 'recordProxy', { person: known.person.id, ...proxy }, 'proxy { id }');
  }
}

/** Global ids of everything there is, whoever may see it. */
export async function everyId(hub: TestHub): Promise<string[]> {
  const tables = {
    ref: 'referral',
    per: 'person',
    org: 'organisation',
    srv: 'service',
    con: 'contact',
    cho: 'choice',
    not: 'note',
    mea: 'measurement',
    rec: 'source_record',
    cst: 'consent',
    esc: 'escalation',
    prx: 'proxy',
    sgn: 'safeguarding_note',
    net: 'network',
    pra: 'practitioner',
    prg: 'programme',
  };
  const lists = await Promise.all(
    Object.entries(tables).map(async ([prefix, table]) =>
      (await hub.database.asAdmin<{ id: string }>(`select id from hub.${table} order by id`)).map(
        ({ id }) => `${prefix}_${id}`,
      ),
    ),
  );
  return [...lists.flat(), 'ref_11111111-1111-4111-8111-111111111111', 'nonsense', 'xyz_1'];
}
