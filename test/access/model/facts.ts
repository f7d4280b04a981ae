import { type Model } from './model';
import { type Actor, isPerson, type Org, reads, type Referral, sectors } from './words';

/** What one viewer can learn, as facts by name: each is compared by itself. */
export type Facts = Record<string, unknown>;

/** Every referral of a story this viewer has, with everything in it that disclosure decides. */
export const LOOK = `query Look($since: DateTime!) { referrals(filter: { receivedAfter: $since }, first: 100, orderBy: OLDEST) { totalCount nodes {
  id status version kind disclosure allowedActions route { key } reasons { key } referrer { id } receiver { id } service { id } parent { id }
  onward { totalCount nodes { id } } waitingSince decline { reason } contacts { totalCount nodes { id } } measurements { totalCount nodes { id } }
  outcome { result summary selfManagementPlan contacts } redactions { field } loop { organisation { id } disclosure }
  person { id name nhsNumber registeredPractice { id } records { totalCount } consents { id } referrals { totalCount nodes { id } } } } } }`;

/** Names for ids, so that both sides say the same. */
export type Name = (id: string) => string;

/* eslint-disable @typescript-eslint/no-explicit-any -- an answer, as asked for above */
export function seen({ referrals }: any, name: Name): Facts {
  const facts: Facts = {
    referrals: referrals.nodes.map(({ id }: any) => name(id)),
    'referrals.count': referrals.totalCount,
  };
  for (const each of referrals.nodes) {
    const { outcome, person } = each;
    const one = (value: any) => value && name(value.id);
    const page = ({ totalCount, nodes }: any) => [totalCount, nodes.length];
    Object.assign(
      facts,
      prefixed(name(each.id), {
        status: each.status,
        version: each.version,
        kind: each.kind,
        disclosure: each.disclosure,
        actions: each.allowedActions,
        route: each.route !== null,
        reasons: each.reasons.length > 0,
        referrer: one(each.referrer),
        receiver: one(each.receiver),
        service: each.service !== null,
        parent: one(each.parent),
        onward: [each.onward.totalCount, ...each.onward.nodes.map(one)],
        waits: each.waitingSince !== null,
        declined: each.decline !== null,
        contacts: page(each.contacts),
        measurements: page(each.measurements),
        outcome: outcome && [outcome.summary !== null, outcome.selfManagementPlan !== null, outcome.contacts],
        redactions: each.redactions.map(({ field }: any) => field).sort(),
        loop: each.loop.map(({ organisation, disclosure }: any) => `${name(organisation.id)} ${disclosure}`).sort(),
        person: person !== null,
        ...(person && {
          'person.name': person.name !== null,
          'person.number': person.nhsNumber !== null,
          'person.practice': one(person.registeredPractice),
          'person.records': person.records.totalCount,
          'person.consents': person.consents.length,
          'person.referrals': page(person.referrals),
        }),
      }),
    );
  }
  return facts;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

const prefixed = (prefix: string, facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [`${prefix}.${name}`, value]));

/** The same, by the model: DESIGN section 4, "Columns". */
export function expected(model: Model, who: Org): Facts {
  const visible = model.referrals.filter((referral) => model.sees(who, referral));
  const facts: Facts = { referrals: visible.map(({ name }) => name), 'referrals.count': visible.length };
  for (const referral of visible)
    Object.assign(facts, prefixed(referral.name, expectedOf(model, who, referral, visible)));
  return facts;
}

function expectedOf(model: Model, who: Org, referral: Referral, visible: Referral[]): Facts {
  const disclosure = model.party(referral, who)?.disclosure;
  const [full, stage] = [disclosure === 'FULL', disclosure === 'STAGE'];
  const known = !stage || [referral.referrer, referral.root.referrer, referral.practice].includes(who);
  const own = !stage || who === referral.referrer;
  const route = full || who === referral.root.referrer;
  const onward = visible.filter(({ parent }) => parent === referral).map(({ name }) => name);
  const mine = (authors: Org[]) => authors.filter((author) => full || author === who).length;
  const contacts = mine(referral.contacts.map(({ author }) => author));
  const records = model.knows(who, referral.person);
  const others = visible.filter(({ person }) => person === referral.person).length;
  const missing = {
    person: stage,
    reasons: !known,
    route: !route,
    waitingSince: stage,
    waitingDays: stage,
    waitingPosition: !model.writes(who, referral),
    preparation: stage,
    contacts: !full,
    measurements: !full,
    notes: !full,
    choices: !full,
    extensions: !full,
    reviewDue: !full,
    plan: !known,
    'outcome.summary': stage,
    receiver: !own,
    service: !own,
    linkWorker: !own,
    referrer: !known,
    decline: !known,
    'outcome.selfManagementPlan': !known,
    'outcome.contacts': stage,
  };
  return {
    status: referral.status,
    version: referral.version,
    kind: referral.parent ? 'ONWARD' : 'LINK_WORKER',
    disclosure,
    actions: model.actionsOf(who, referral),
    route,
    reasons: known,
    referrer: known ? referral.referrer : null,
    receiver: own ? referral.receiver : null,
    service: own && referral.parent !== undefined,
    parent: referral.parent && visible.includes(referral.parent) ? referral.parent.name : null,
    onward: [onward.length, ...onward],
    waits: referral.waits && !stage,
    declined: referral.declined && known,
    contacts: [contacts, contacts],
    measurements: [mine(referral.measurements), mine(referral.measurements)],
    outcome: referral.outcome
      ? [full || referral.outcome === who, known, full || referral.outcome === who ? referral.contacts.length : null]
      : null,
    redactions: Object.entries(missing)
      .filter(([, is]) => is)
      .map(([field]) => field)
      .sort(),
    loop: [...referral.parties]
      .filter(
        ([each]) =>
          !isPerson(each) && (full || each === who || (each === referral.receiver && who === referral.referrer)),
      )
      .map(([each, party]) => `${each} ${party.ended ? 'ENDED' : party.disclosure}`)
      .sort(),
    person: records.length > 0,
    ...(records.length && {
      'person.name': true,
      'person.number': sectors[who] !== 'VOLUNTARY' && records.some(({ number }) => number),
      'person.practice': records.some(({ practice }) => practice) ? 'otherGp' : null,
      'person.records': records.length,
      'person.consents': model.consentsOf(who, referral.person),
      'person.referrals': [others, others],
    }),
  };
}

export const FEED = `query Feed($after: FeedCursor) { feedback(after: $after) {
  nodes { kind disclosure reference actor { id } referral { id } contact { id } } } }`;

/** One entry of a feed: its kind, disclosure and referral, then what else of it may be known. */
export type Heard = [kind: string, disclosure: string, referral: string, ...rest: unknown[]];

/** A feed as the model has it: each event through today's eyes; of a referral whose access has ended only that. */
export function expectedFeed(model: Model, who: Actor): { step: number; heard: Heard }[] {
  return model.events.flatMap(({ step, kind, about, actor, contact, heard }) => {
    const disclosure = heard.get(who);
    if (!disclosure) return [];
    if (isPerson(who)) return [{ step, heard: [kind, disclosure, about.name] as Heard }];
    const party = model.party(about, who);
    if (!party || !reads(who) || kind === 'ACCESS_ENDED')
      return [{ step, heard: ['ACCESS_ENDED', 'ENDED', about.name, null, null, false] as Heard }];
    const mayKnow = party.disclosure !== 'STAGE' || actor === who || about.referrer === who;
    const showsContact = contact !== undefined && (party.disclosure === 'FULL' || contact.author === who);
    const rest = [mayKnow ? (actor ?? null) : null, about.name, showsContact];
    return [{ step, heard: [kind, party.disclosure, about.name, ...rest] as Heard }];
  });
}
