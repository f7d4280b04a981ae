import { ods, type Story, tellStory } from '../access/story';
import { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { nhsNumber } from '../support/people';

const NOTES = 'notes { text author { name } to { name } }';
const name: Partial<Record<Caller, string>> = {
  gp: 'Hill Surgery',
  otherGp: 'Vale Surgery',
  linkWorker: 'Hill Primary Care Network',
  charity: 'Walking Friends',
  council: 'Test Council',
};

describe('messages on a referral', () => {
  let hub: TestHub;
  let story: Story;
  const id = {} as Record<'gp' | 'otherGp' | 'linkWorker' | 'charity' | 'council' | 'stranger', string>;
  beforeAll(async () => {
    hub = await TestHub.start();
    story = await tellStory(hub, 1);
    const { gp, practice: otherGp, linkWorker, charity, council, otherCharity: stranger } = ods;
    for (const [caller, code] of Object.entries({ gp, otherGp, linkWorker, charity, council, stranger }))
      id[caller as keyof typeof id] = await hub.organisation(code);
  });
  afterAll(() => hub.stop());

  type Of = 'referral' | 'onward';
  const post = (caller: Caller, of: Of, text: string, to?: string[]) =>
    hub.send(caller, 'postMessage', { referral: story[of], text, ...(to && { to }) }, `referral { id ${NOTES} }`);
  const audience = async (caller: Caller, of: Of, to?: string[]) => {
    const query = 'query($referral: ID!, $to: [ID!]) { messageAudience(referral: $referral, to: $to) { name } }';
    const { messageAudience } = await hub.read(caller, query, { referral: story[of], to });
    return messageAudience.map((each: { name: string }) => each.name);
  };
  /** Who hears of the newest message, by the name of its caller here. */
  const told = async () => {
    const [event] = await hub.database.asAdmin<{ audience: string[] }>(
      "select audience from hub.event where kind = 'MESSAGE_POSTED' order by ordinal desc limit 1",
    );
    return Object.entries(id)
      .filter(([, org]) => event?.audience.includes(org.slice(4)))
      .map(([caller]) => caller);
  };
  /** Who reads a note of this text on the referral. */
  const readers = async (of: Of, text: string) => {
    const found: string[] = [];
    for (const caller of ['gp', 'otherGp', 'linkWorker', 'charity', 'council'] as const) {
      const query = 'query($id: ID!) { referral(id: $id) { notes { text } } }';
      const { referral } = await hub.read(caller, query, { id: story[of] });
      if (referral?.notes.some((each: { text: string }) => each.text === text)) found.push(caller);
    }
    return found;
  };

  it.each<[Caller, Of, string, Caller[], Caller[], Caller[]]>([
    ['gp', 'referral', 'the link worker', ['linkWorker'], ['gp', 'linkWorker'], ['linkWorker']],
    ['linkWorker', 'referral', 'her referrer', ['gp'], ['gp', 'linkWorker'], ['gp']],
    ['charity', 'onward', 'who referred on', ['linkWorker'], ['linkWorker', 'charity'], ['linkWorker']],
    ['linkWorker', 'onward', 'the provider', ['charity'], ['linkWorker', 'charity'], ['charity']],
    // a party that may not know who provides the support reaches them, and is told no name
    ['council', 'referral', 'those who support', ['linkWorker'], ['linkWorker', 'council'], []],
    // of an onward referral not its provider, who is not to learn from a message who else takes part
    ['otherGp', 'onward', 'the link worker', ['linkWorker'], ['otherGp', 'linkWorker'], ['linkWorker']],
    ['gp', 'onward', 'the link worker', ['linkWorker'], ['gp', 'linkWorker'], ['linkWorker']],
  ])('from %s on the %s go to %s unless said otherwise', async (caller, of, _whom, heard, read, named) => {
    const text = `From ${caller} on ${of}`;
    expect(await audience(caller, of)).toEqual(named.map((each) => name[each]).sort());
    const { userErrors, referral } = await post(caller, of, text);
    expect(userErrors).toEqual([]);
    expect(referral.notes.at(-1)).toMatchObject({ text, author: { name: name[caller] } });
    expect(await told()).toEqual(heard);
    expect(await readers(of, text)).toEqual(read);
  });

  it('go exactly to whom they name, and every party with full disclosure reads them too', async () => {
    const text = 'Could the surgery and the council meet?';
    expect(await audience('linkWorker', 'referral', [id.gp, id.council])).toEqual(['Hill Surgery', 'Test Council']);
    await post('linkWorker', 'referral', text, [id.gp, id.council]);
    expect(await told()).toEqual(['gp', 'council']);
    expect(await readers('referral', text)).toEqual(['gp', 'linkWorker', 'council']);
    // of several, each addressee is shown itself alone: the council may not know the referrer
    const toOf = async (caller: Caller) => {
      const query = 'query($id: ID!) { referral(id: $id) { notes { text to { name } } } }';
      const { notes } = (await hub.read(caller, query, { id: story.referral }))['referral'];
      return notes.find((each: { text: string }) => each.text === text).to.map((each: { name: string }) => each.name);
    };
    expect(await toOf('linkWorker')).toEqual(['Hill Surgery', 'Test Council']);
    expect(await toOf('council')).toEqual(['Test Council']);
  });

  it('reach the recipient by its feed at once', async () => {
    const socket = await hub.socket('gp');
    socket.subscribe({ kinds: ['MESSAGE_POSTED'] });
    await post('linkWorker', 'referral', 'She asks for large print.');
    await socket.received('the message', ({ events }) => events.length >= 3);
    expect(socket.events.at(-1)).toMatchObject({
      disclosure: 'STAGE',
      actor: { name: name.linkWorker },
      referral: { id: story.referral },
    });
    const stranger = await hub.read('otherCharity', '{ feedback(kinds: [MESSAGE_POSTED]) { nodes { id } } }');
    expect(stranger['feedback'].nodes).toEqual([]);
  });

  it('name nobody whom the sender may not know of: no party finds out by naming who else is one', async () => {
    const code = async (caller: Caller, of: Of, to: string[]) => {
      const { userErrors } = await post(caller, of, 'Hello', to);
      expect(await audience(caller, of, to)).toEqual([]);
      return JSON.stringify(userErrors);
    };
    const unknown = await code('charity', 'onward', ['org_11111111-1111-4111-8111-111111111111']);
    expect(unknown).toMatch(/NOT_FOUND.*"input","to","0"/);
    // the surgeries are parties of the onward referral, the stranger is not
    for (const to of [id.gp, id.otherGp, id.stranger, id.charity])
      expect(await code('charity', 'onward', [to])).toBe(unknown);
    for (const to of [id.linkWorker, id.gp, id.otherGp, id.stranger])
      expect(await code('council', 'referral', [to])).toBe(unknown);
    expect(await code('linkWorker', 'referral', [id.gp, id.charity])).toMatch(/NOT_FOUND.*"input","to","1"/);
  });

  it('come from live parties alone, say something, and hold no NHS number', async () => {
    const refused = async (caller: Caller, of: Of, text: string, to?: string[]) => {
      const [error] = (await post(caller, of, text, to))['userErrors'];
      return [error.code, ...(error.path ?? [])];
    };
    expect(await refused('otherCharity', 'referral', 'Hello')).toEqual(['NOT_FOUND', 'input']);
    expect(await refused('charity', 'referral', 'Hello')).toEqual(['NOT_FOUND', 'input']);
    expect(await audience('charity', 'referral')).toEqual([]);
    expect(await refused('gp', 'referral', '  ')).toEqual(['INVALID', 'input', 'text']);
    expect(await refused('gp', 'referral', 'Hello', [])).toEqual(['INVALID', 'input', 'to']);
    expect(await refused('gp', 'referral', `About ${nhsNumber(1)}`)).toEqual(['INVALID', 'input', 'text']);
    const herself = await hub.ask(
      story.herself,
      `mutation { postMessage(input: { idempotencyKey: "p", referral: "${story.referral}", text: "Hello" }) { userErrors { code } } }`,
    );
    expect(herself.data['postMessage'].userErrors[0].code).toMatch(/NOT_FOUND|NOT_PERMITTED/);
    expect(
      (await hub.ask(story.herself, `{ messageAudience(referral: "${story.referral}") { id } }`)).data[
        'messageAudience'
      ],
    ).toEqual([]);
  });

  it('are read no more by a party whose access has ended, and still stand for the others', async () => {
    const query = 'query($id: ID!) { referral(id: $id) { notes { id text } } }';
    const [note] = (await hub.read('council', query, { id: story.referral }))['referral'].notes.filter(
      ({ text }: { text: string }) => /council meet/.test(text),
    );
    const byId = async () =>
      (await hub.read('council', 'query($id: ID!) { node(id: $id) { ... on Note { text } } }', { id: note.id }))[
        'node'
      ];
    expect(await byId()).toEqual({ text: 'Could the surgery and the council meet?' });
    await hub.done('linkWorker', 'withdrawConsent', {
      person: story.person,
      referral: story.referral,
      organisations: [id.council],
    });
    expect(await byId()).toBeNull();
    expect(await readers('referral', 'Could the surgery and the council meet?')).toEqual(['gp', 'linkWorker']);
    expect((await post('linkWorker', 'referral', 'Hello again', [id.council]))['userErrors'][0].code).toBe('NOT_FOUND');
    await hub.done('linkWorker', 'withdrawReferral', { referral: story.onward, reason: 'Changed her mind' });
    expect((await post('linkWorker', 'onward', 'Hello'))['userErrors'][0].code).toBe('CONSENT_WITHDRAWN');
    expect(await audience('linkWorker', 'onward')).toEqual([]);
  });
});
