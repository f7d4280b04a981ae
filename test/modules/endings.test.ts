import { type Claims, operator } from '../../src/access';
import { loadNetwork } from '../../src/connectors';
import { asIdentity, sql, type Transaction } from '../../src/database';
import { identityOf, register } from '../access/story';
import { heardBy } from '../support/heard';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { adult, consent } from '../support/people';
import { loadProgrammes } from '../support/programmes';
import { refer } from '../support/referral';
import { until } from '../support/until';

const uuid = (globalId: string) => globalId.slice(4);

describe('what the operator says', () => {
  let hub: TestHub;
  let people = 600;
  beforeAll(async () => {
    hub = await TestHub.start();
  });
  afterAll(() => hub.stop());

  const admin = <Row = Record<string, unknown>>(text: string, ...values: unknown[]) =>
    hub.database.asAdmin<Row>(text, values);
  const asOperator = <Result>(work: (tx: Transaction) => Promise<Result>) =>
    asIdentity(hub.hub.services.database, operator, work);
  const heard = (ods: string, referral: string) => heardBy(hub, ods, referral);

  describe('when organisations end', () => {
    /** An organisation of its own, with an agreement, a member of staff and a code. */
    const found = async (ods: string, sector = 'VOLUNTARY', receives = false): Promise<Claims> => {
      const organisations = [
        { ods, name: `Body ${ods}`, sector: sector as never, networks: ['test-icb'], receivesReferrals: receives },
      ];
      const agreements = [{ organisation: ods, network: 'test-icb', from: '2020-01-01', to: '2099-12-31' }];
      await loadNetwork(hub.hub.services.database, { networks: [], organisations, agreements });
      return { org: ods, roles: [] };
    };
    const told =
      'query($id: ID!) { referral(id: $id) { status disclosure receiver { name } decline { reason } outcome { result } contacts { nodes { note } } notes { text } } }';
    const ask = async (who: Caller | Claims, id: string) => (await hub.read(who, told, { id }))['referral'];
    const onwardTo = async (ods: string, index: number) => {
      const referral = await refer(hub, index, 'gp', { consent: consent() });
      await hub.done('linkWorker', 'acceptReferral', { referral });
      const service = await hub.service({ id: `${ods}-${index}`, organisation: ods });
      const input = { referral, service, reasons: ['volunteering'], note: 'Uses a stick.', consent: consent() };
      return { referral, onward: (await hub.done('linkWorker', 'createOnwardReferral', input))['referral'].id };
    };
    const status = async (who: Claims) =>
      (
        await hub.post(
          { query: '{ viewer { organisation { name } } }' },
          { authorization: `Bearer ${await hub.token(who)}` },
        )
      ).status;
    const operate = (text: string, ...values: string[]) =>
      asOperator((tx) => tx.run<{ count: number }>(`select hub.${text} as count`, values));

    it('one that closes gives back what it was asked, and is nobody any more', async () => {
      const closing = await found('ZV101');
      const asked = await onwardTo('ZV101', ++people);
      const begun = await onwardTo('ZV101', ++people);
      await hub.done(closing, 'acceptReferral', { referral: begun.onward });
      expect(await operate('close_organisation($1)', 'ZV101')).toEqual([{ count: 2 }]);
      expect(await ask('linkWorker', asked.onward)).toMatchObject({
        status: 'DECLINED',
        decline: { reason: 'The organisation has closed.' },
      });
      expect(await ask('linkWorker', begun.onward)).toMatchObject({ status: 'CLOSED', outcome: { result: 'OTHER' } });
      expect((await heard('ZPC01', asked.onward)).at(-1)).toBe('REFERRAL_DECLINED');
      expect((await heard('ZPC01', begun.onward)).at(-1)).toBe('REFERRAL_CLOSED');
      // a token that was just used is remembered for half a minute, with nothing to read; one that was not is refused at once
      expect(await status({ ...closing, practitioner: 'R8199' })).toBe(401);
      expect(await ask(closing, begun.onward)).toBeNull();
      const ended =
        'query($id: ID!) { organisation(id: $id) { receivesReferrals ended { closedOn successor { name } } } }';
      const { organisation } = await hub.read('gp', ended, { id: await hub.organisation('ZV101') });
      expect(organisation).toMatchObject({ receivesReferrals: false, ended: { successor: null } });
      await expect(operate('close_organisation($1)', 'ZV101')).rejects.toMatchObject({ code: 'LW404' });
    });

    it('one that merges hands on its referrals with their history, its staff and its code; who is kept out takes nothing over', async () => {
      const ending = await found('ZV111');
      const successor = await found('ZV112');
      const [kept, barred] = [await onwardTo('ZV111', ++people), await onwardTo('ZV111', ++people)];
      await hub.done(ending, 'acceptReferral', { referral: kept.onward });
      await hub.done(ending, 'recordContact', {
        referral: kept.onward,
        at: '2026-03-02T10:00:00Z',
        attendance: 'ATTENDED',
        note: 'Came along.',
      });
      const before = await ask(ending, kept.onward);
      const { referral } = await hub.read('linkWorker', 'query($id: ID!) { referral(id: $id) { person { id } } }', {
        id: barred.referral,
      });
      const exclude = [await hub.organisation('ZV112')];
      await hub.done('linkWorker', 'recordConsent', {
        person: referral.person.id,
        referral: barred.referral,
        consent: consent([], { exclude }),
      });
      expect(await ask(successor, kept.onward)).toBeNull();

      expect(await operate('merge_organisation($1, $2)', 'ZV111', 'ZV112')).toEqual([{ count: 1 }]);
      expect(await ask(successor, kept.onward)).toEqual({ ...before, receiver: { name: 'Body ZV112' } });
      expect(before.contacts.nodes).toEqual([{ note: 'Came along.' }]);
      expect(before.notes).toEqual([{ text: 'Uses a stick.' }]);
      expect(await heard('ZV112', kept.onward)).toEqual(['REFERRAL_RECEIVED']);
      expect(await ask(successor, barred.onward)).toBeNull();
      expect((await ask('linkWorker', barred.onward)).status).toBe('DECLINED');
      await hub.done(successor, 'closeReferral', { referral: kept.onward, result: 'GOALS_MET', planDeclined: true });
      expect((await ask('linkWorker', kept.onward)).status).toBe('CLOSED');
      // its code names the successor now, also in tokens and files
      const [code] = await admin<{ name: string }>(
        `select o.name from hub.organisation_identifier i join hub.organisation o on o.id = i.organisation_id where i.value = 'ZV111'`,
      );
      expect(code?.name).toBe('Body ZV112');
    });

    describe('with a crisis that nobody there has in hand', () => {
      const crisis = 'escalation { id alerts practice { name } acknowledgedBy { name } }';
      const escalate = (referral: string, practice?: string) =>
        hub.send('linkWorker', 'escalateToGp', { referral, practice, basis: 'CONSENT', facts: 'Not safe.' }, crisis);
      const alarms = async (ods: string, referral: string) =>
        (await heard(ods, referral)).filter((kind) => kind === 'CRISIS_ESCALATED').length;
      const acceptedOf = async (ods: string) => {
        await register(hub, ++people, ods);
        const referral = await refer(hub, people);
        await hub.done('linkWorker', 'acceptReferral', { referral });
        return referral;
      };

      it('merging hands it to the successor, where those registered with the old practice are now', async () => {
        await found('Z81131', 'PRIMARY_CARE');
        const successor = { ...(await found('Z81132', 'PRIMARY_CARE')), practitioner: 'R8132' };
        await loadNetwork(hub.hub.services.database, {
          networks: [],
          organisations: [],
          practitioners: [{ id: 'R8132', name: 'Dr Lindt', organisation: 'Z81132' }],
        });
        const known = await acceptedOf('Z81131');
        const elsewhere = await acceptedOf('Z81002');
        const raised = [await escalate(known), await escalate(elsewhere, await hub.organisation('Z81131'))].map(
          ({ escalation }) => escalation.id,
        );
        await operate('merge_organisation($1, $2)', 'Z81131', 'Z81132');
        for (const referral of [known, elsewhere])
          await until('the successor is alerted', async () => (await alarms('Z81132', referral)) === 1);
        for (const escalation of raised) {
          const { escalation: taken } = await hub.done(successor, 'acknowledgeEscalation', { escalation }, crisis);
          expect(taken).toMatchObject({ practice: { name: 'Body Z81132' }, acknowledgedBy: { name: 'Dr Lindt' } });
        }
        // whom it told of a crisis alone, it is party to for that alone
        expect(await ask(successor, elsewhere)).toBeNull();
        expect((await heard('Z81132', elsewhere)).includes('REFERRAL_RECEIVED')).toBe(false);
        const later = await refer(hub, people - 1, 'otherGp');
        expect(await ask(successor, later)).toMatchObject({ disclosure: 'STAGE' });
      });

      it('closing tells the link worker at once, who takes it to a practice that can be reached', async () => {
        await found('Z81141', 'PRIMARY_CARE');
        const referral = await acceptedOf('Z81141');
        await escalate(referral);
        await operate('close_organisation($1)', 'Z81141');
        await until('she is alerted again', async () => (await alarms('ZPC01', referral)) === 2);
        expect(await alarms('Z81141', referral)).toBe(1);
        const unreachable = { code: 'INVALID', path: ['input', 'practice'] };
        expect((await escalate(referral))['userErrors']).toMatchObject([unreachable]);
        const closed = await hub.organisation('Z81141');
        expect((await escalate(referral, closed))['userErrors']).toMatchObject([unreachable]);
        expect((await escalate(referral, await hub.organisation('Z81002')))['userErrors']).toEqual([]);
        // the first asks for nothing more
        const [waiting] = await admin<{ due: boolean }>(
          `select bool_or(next_alert_at < 'infinity') as due from hub.escalation where practice_id = $1`,
          uuid(closed),
        );
        expect(waiting).toEqual({ due: false });
      });
    });

    it('a provider that merges takes along its programmes, what it says of its services, and what was written to it', async () => {
      const [ending, successor] = [await found('ZV131'), await found('ZV132')];
      const { onward } = await onwardTo('ZV131', ++people);
      const [offered] = await admin<{ id: string }>(
        `select 'srv_' || id as id from hub.service where external_id = $1`,
        `ZV131-${people}`,
      );
      const service = offered?.id;
      const walks = { key: 'walks-131', name: 'Walks', model: 'SIGNPOSTING', organisation: 'ZV131' };
      const services = [{ organisation: 'ZV131', externalId: `ZV131-${people}` }];
      await loadProgrammes(hub, { programmes: [{ ...walks, services } as never] });
      await hub.done(ending, 'updateCapacity', { service, fundedPlaces: 4 });
      await hub.done('linkWorker', 'postMessage', { referral: onward, text: 'Mind the stairs.' });
      const all = `query($referral: ID!, $service: ID!) { referral(id: $referral) { notes { text } programme { name } }
        service(id: $service) { load { fundedPlaces openReferrals } programme { name } } }`;
      const before = await hub.read(ending, all, { referral: onward, service });
      expect(before['referral']).toMatchObject({
        programme: { name: 'Walks' },
        notes: [{}, { text: 'Mind the stairs.' }],
      });
      await operate('merge_organisation($1, $2)', 'ZV131', 'ZV132');
      expect(await hub.read(successor, all, { referral: onward, service })).toEqual(before);
      const programme = `prg_${(await admin<{ id: string }>(`select id from hub.programme where key = 'walks-131'`))[0]?.id}`;
      await hub.done(successor, 'publishServiceParameters', { programme, version: 2, rules: [] });
    });

    it('none merges into another sector, and only the operator says so', async () => {
      await found('ZV121');
      await expect(operate('merge_organisation($1, $2)', 'ZV121', 'Z999')).rejects.toMatchObject({ code: 'LW409' });
      await expect(operate('merge_organisation($1, $1)', 'ZV121')).rejects.toMatchObject({ code: 'LW409' });
      const asked = [
        "close_organisation('ZV121')",
        "merge_organisation('ZV121', 'ZV002')",
        "practitioner_leaves('R8101')",
        'match_reviews()',
        `decide_review(gen_random_uuid(), 'MERGED')`,
      ];
      for (const text of asked)
        for (const caller of ['linkWorker', 'charity', 'icb'] as const)
          await expect(
            asIdentity(hub.hub.services.database, await identityOf(hub, caller), (tx) =>
              tx.run(`select hub.${text}`, []),
            ),
          ).rejects.toMatchObject({ code: 'LW403' });
    });
  });

  describe('a pair that may be one person', () => {
    const who = 'query($id: ID!) { referral(id: $id) { person { id name } } }';
    const personOf = async (caller: Caller, id: string) => (await hub.read(caller, who, { id }))['referral'].person;
    const review = async (person: string) => {
      const [row] = await admin<{ id: string }>('select id from hub.match_review where person_id = $1', uuid(person));
      return row?.id ?? '';
    };
    const decide = (id: string, verdict: string) =>
      asOperator((tx) => tx.query(sql('test.decide', 'select hub.decide_review($1, $2)'), [id, verdict]));

    it('is listed by where it agrees, never by its values; merged, nobody sees more than before; separated, all is as it was', async () => {
      const first = await refer(hub, ++people);
      const invented = { ...adult(people), familyName: 'Otherwise', birthDate: '1990-01-01' };
      const second = await refer(hub, people, 'otherGp', { person: invented, receiver: await hub.organisation('ZR1') });
      const snapshot = async () => ({
        gp: await hub.read('gp', told, { id: first }),
        trust: await hub.read('trust', told, { id: second }),
        pcn: await hub.read('linkWorker', told, { id: first }),
        hidden: await hub.read('gp', told, { id: second }),
      });
      const told =
        'query($id: ID!) { referral(id: $id) { person { name birthDate nhsNumber referrals { totalCount } records { totalCount } consents { givenBy } } } }';
      const before = await snapshot();
      const [one, other] = [await personOf('linkWorker', first), await personOf('trust', second)];
      expect(other.id).not.toBe(one.id);
      const rows = await asOperator((tx) =>
        tx.query<{ id: string }>(sql('test.list', 'select * from hub.match_reviews()')),
      );
      const id = await review(other.id);
      const shown = rows.find((row) => row.id === id);
      expect(shown).toMatchObject({
        nhs_number: 'same',
        family_name: 'differs',
        given_name: 'same',
        birth_date: 'differs',
        senders: 'Vale Surgery',
        others: 'Hill Surgery',
      });
      // a random id may hold ten digits in a row
      expect(JSON.stringify({ ...shown, id: null })).not.toMatch(/Otherwise|1990|\d{10}/);

      await decide(id, 'MERGED');
      expect((await personOf('trust', second)).id).toBe(one.id);
      expect(await snapshot()).toEqual(before);
      expect(await hub.read('trust', 'query($id: ID!) { person(id: $id) { id } }', { id: other.id })).toEqual({
        person: null,
      });
      await decide(id, 'SEPARATE');
      expect((await personOf('trust', second)).id).toBe(other.id);
      expect((await personOf('linkWorker', first)).id).toBe(one.id);
      expect(await snapshot()).toEqual(before);
      // and back again
      await decide(id, 'MERGED');
      expect((await personOf('trust', second)).id).toBe(one.id);
    });
  });
});
