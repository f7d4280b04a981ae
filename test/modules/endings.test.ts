import { type Claims, operator } from '../../src/access';
import { loadNetwork } from '../../src/connectors';
import { asIdentity, sql, type Transaction } from '../../src/database';
import { identityOf } from '../access/story';
import { heardBy } from '../support/heard';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { adult, consent } from '../support/people';
import { refer } from '../support/referral';

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
