import {
  type Action,
  type Actor,
  allows,
  type Consent,
  type Disclosure,
  type Event,
  EVERYBODY,
  type Given,
  type Herself,
  isPerson,
  type Known,
  moves,
  type Op,
  OPEN,
  type Org,
  type Outcome,
  type Party,
  PRACTICE,
  reads,
  type Referral,
  type Role,
  target,
  WORKING,
} from './words';

/**
 * What DESIGN sections 4 to 6 promise, as a small program over plain objects, written from those pages and not from the SQL.
 * The property test lets a real hub and this model live through the same story and compares what every viewer can learn.
 */
export class Model {
  readonly referrals: Referral[] = [];
  readonly events: Event[] = [];
  private readonly consents: Consent[] = [];
  /** person0 is registered with a practice, as another practice's record says; nobody knows person1 yet. */
  private readonly known: Known[] = [
    { person: 'person0', readers: new Set<Org>(['gp']), number: true, practice: true },
  ];
  private actor: Actor = 'gp';
  private step = 0;

  /** `tellsHolders`: whether a second referral is told to who holds the first. */
  constructor(private readonly tellsHolders: boolean) {}

  party = (referral: Referral, who: Actor): Party | undefined => {
    const party = referral.parties.get(who);
    return party?.ended ? undefined : party;
  };
  sees = (who: Actor, referral: Referral): boolean => reads(who) && this.party(referral, who) !== undefined;
  knows = (who: Actor, person: Herself) =>
    this.known.filter((each) => each.person === person && each.readers.has(who as Org));
  full = (who: Actor, referral: Referral) => reads(who) && this.party(referral, who)?.disclosure === 'FULL';
  private speaks = (who: Actor, referral: Referral) =>
    isPerson(who) ? referral.person === who : this.full(who, referral);
  writes = (who: Actor, referral: Referral) =>
    who === referral.receiver && ['FULL', 'OWN_SERVICE'].includes(this.party(referral, who)?.disclosure ?? '');
  private tree = (referral: Referral): Referral[] =>
    this.referrals.filter((each) => [...this.ancestors(each)].includes(referral));
  private *ancestors(referral: Referral): Generator<Referral> {
    for (let at: Referral | undefined = referral; at; at = at.parent) yield at;
  }

  /** Lives through one step; gives what its actor is told. */
  apply(op: Op): Outcome {
    this.step += 1;
    if (op.do === 'let consent run out') return this.expire();
    this.actor = op.by;
    if (op.do === 'refer') return this.refer(op);
    const referral = this.referrals[op.on % this.referrals.length] as Referral;
    if (op.do === 'agree') return this.agree(op, referral);
    if (op.do === 'take back') return this.takeBack(op, referral);
    if (op.do === 'move' && op.action === 'WITHDRAW' && isPerson(op.by)) {
      if (referral.person !== op.by) return 'NOT_FOUND';
      this.withdraw(referral);
      return 'DONE';
    }
    if (!this.sees(op.by, referral)) return 'NOT_FOUND';
    if (op.do === 'move') return this.move(op.action, referral);
    if (!this.writes(op.by, referral)) return 'NOT_PERMITTED';
    const mayMeasure = op.do === 'measure' && op.occasion === 'FOLLOW_UP' && referral.status === 'CLOSED';
    if (referral.status === 'WITHDRAWN') return 'CONSENT_WITHDRAWN';
    if (!WORKING.includes(referral.status) && !mayMeasure) return 'ILLEGAL_TRANSITION';
    if (op.do === 'refer on') return this.referOn(op, referral);
    if (op.do === 'meet') this.meet(op.attendance, referral);
    if (op.do === 'measure') {
      referral.measurements.push(op.by as Org);
      if (op.occasion !== 'BASELINE') this.emit('OUTCOME_RECORDED', referral, EVERYBODY);
    }
    return 'DONE';
  }

  private emit(
    kind: string,
    about: Referral,
    roles: Role[],
    only: (who: Actor) => boolean = () => true,
    contact?: { author: Org },
  ) {
    const heard = [...about.parties].filter(
      ([who, party]) => !party.ended && party.roles.some((role) => roles.includes(role)) && only(who),
    );
    this.tell(
      kind,
      about,
      heard.map(([who, { disclosure }]) => [who, disclosure]),
      contact,
    );
  }
  private tell(kind: string, about: Referral, heard: [Actor, Disclosure][], contact?: { author: Org }) {
    this.events.push({
      step: this.step,
      kind,
      about,
      actor: isPerson(this.actor) ? undefined : this.actor,
      contact,
      heard: new Map(heard),
    });
  }

  private refer({ by, person, to, consent }: Op & { do: 'refer' }): Outcome {
    if (consent.exclude.includes(to)) return 'CONSENT_REQUIRED';
    const herself: Herself = `person${person}`;
    this.known.push({ person: herself, readers: new Set([by]), number: true, practice: false });
    const practice = this.known.some((each) => each.person === herself && each.practice);
    const opened = this.open({ person: herself, referrer: by, receiver: to }, consent);
    this.known.push({
      person: herself,
      readers: new Set([to]),
      number: true,
      practice: this.knows(by, herself).some((each) => each.practice),
      referral: opened,
    });
    this.join(opened, by, 'REFERRER', 'STAGE');
    this.join(opened, to, 'LINK_WORKER', 'FULL');
    this.join(opened, herself, 'PERSON', 'FULL');
    if (practice) this.letPracticeIn(opened, consent);
    this.emit('REFERRAL_RECEIVED', opened, ['REFERRER', 'LINK_WORKER', 'REGISTERED_PRACTICE', 'PERSON']);
    if (this.tellsHolders)
      for (const held of this.referrals)
        if (held !== opened && !held.parent && held.person === herself && OPEN.includes(held.status))
          this.emit('POSSIBLE_ACTIVE_REFERRAL', held, ['LINK_WORKER']);
    return 'DONE';
  }

  private referOn({ by, to, consent }: Op & { do: 'refer on' }, parent: Referral): Outcome {
    if (consent.exclude.includes(to)) return 'CONSENT_REQUIRED';
    const { person, root } = parent;
    const registered = this.known.some(
      (each) => each.person === person && each.practice && (to !== by || each.readers.has(to)),
    );
    const opened = this.open({ person, referrer: by as Org, receiver: to, parent, root }, consent);
    this.known.push({ person, readers: new Set([to]), number: false, practice: false, referral: opened });
    this.join(opened, by, 'REFERRER', 'STAGE');
    this.join(opened, to, 'PROVIDER', 'OWN_SERVICE');
    this.join(opened, person, 'PERSON', 'FULL');
    if (registered || parent.practice) this.letPracticeIn(opened, consent);
    for (const [who, party] of root.parties)
      if (!party.ended && party.roles.includes('LINK_WORKER')) this.join(opened, who, 'LINK_WORKER', 'FULL');
    if (allows(consent, root.referrer) && !this.keptOut(opened, root.referrer) && this.party(root, root.referrer))
      this.join(opened, root.referrer, 'REFERRER', 'STAGE');
    this.emit('REFERRAL_RECEIVED', opened, EVERYBODY, (who) => who === to);
    this.emit('ONWARD_REFERRAL_CREATED', opened, EVERYBODY, (who) => who !== to);
    return 'DONE';
  }

  private open(of: Pick<Referral, 'person' | 'referrer' | 'receiver'> & Partial<Referral>, consent: Given): Referral {
    const opened = {
      name: `r${this.referrals.length}`,
      status: 'RECEIVED',
      version: 1,
      declined: false,
      waits: false,
      parties: new Map(),
      contacts: [],
      measurements: [],
      ...of,
    } as unknown as Referral;
    opened.root = of.root ?? opened;
    this.referrals.push(opened);
    this.consents.push({
      ...consent,
      exclude: [...consent.exclude],
      by: this.actor,
      person: of.person,
      referral: opened,
      withdrawn: false,
    });
    return opened;
  }
  /** One row a party: the roles together, the greatest disclosure; who left comes back as what it is now. */
  private join(referral: Referral, who: Actor, role: Role, disclosure: Disclosure, expires = false): void {
    const before = this.party(referral, who);
    const greatest = (['FULL', 'OWN_SERVICE', 'STAGE'] as const).find(
      (each) => each === disclosure || each === before?.disclosure,
    );
    referral.parties.set(who, {
      roles: [...(before?.roles ?? []), role],
      disclosure: greatest ?? disclosure,
      ended: false,
      expires,
    });
  }
  private letPracticeIn(referral: Referral, consent: Given): void {
    if (!allows(consent, PRACTICE) || this.keptOut(referral, PRACTICE)) return;
    this.join(referral, PRACTICE, 'REGISTERED_PRACTICE', 'STAGE');
    referral.practice = PRACTICE;
  }
  private keptOut = ({ person, root }: Referral, org: Org) =>
    this.consents.some(
      (each) =>
        each.person === person &&
        !each.withdrawn &&
        each.exclude.includes(org) &&
        (!each.referral || each.referral.root === root),
    );

  private move(action: Action, referral: Referral): Outcome {
    const to = target(action, referral.status);
    if (!to) return 'ILLEGAL_TRANSITION';
    if (!this.actionsOf(this.actor, referral).includes(action)) return 'NOT_PERMITTED';
    if (action === 'WITHDRAW') this.withdraw(referral);
    else this.carryOut(action, referral);
    return 'DONE';
  }
  private carryOut(action: Action, referral: Referral): void {
    referral.status = target(action, referral.status) as string;
    referral.version += 1;
    if (referral.status !== 'PAUSED') referral.waits = referral.status === 'WAITING';
    if (action === 'DECLINE' || action === 'CANCEL') referral.declined = true;
    if (action === 'CLOSE') referral.outcome = this.actor as Org;
    this.emit(moves[action].event, referral, EVERYBODY);
  }
  actionsOf(who: Actor, referral: Referral): string[] {
    const { referrer, root, practice } = referral;
    const may = {
      RECEIVER: this.writes(who, referral),
      REFERRER: who === referrer,
      PARTY:
        this.writes(who, referral) ||
        this.full(who, referral) ||
        [referrer, root.referrer, practice].includes(who as Org),
    };
    return Object.entries(moves).flatMap(([action, { by }]) =>
      may[by] && target(action as 'ACCEPT', referral.status) ? [action] : [],
    );
  }

  private meet(attendance: string, referral: Referral): void {
    if (attendance === 'ATTENDED' && ['ACCEPTED', 'WAITING'].includes(referral.status))
      this.carryOut('START', referral);
    const contact = { author: this.actor as Org, missed: attendance === 'DID_NOT_ATTEND' };
    referral.contacts.push(contact);
    const again = contact.missed && referral.contacts.filter(({ missed }) => missed).length >= 2;
    this.emit(
      'ATTENDANCE_RECORDED',
      referral,
      ['LINK_WORKER', 'PROVIDER', 'PERSON', ...(again ? (['REFERRER'] as const) : [])],
      undefined,
      contact,
    );
    if (again) this.emit('REENGAGEMENT_DUE', referral, ['LINK_WORKER'], undefined, contact);
  }

  private withdraw(referral: Referral): void {
    for (const each of this.tree(referral).filter(({ status }) => OPEN.includes(status))) {
      each.status = 'WITHDRAWN';
      each.waits = false;
      each.version += 1;
      this.emit('CONSENT_CHANGED', each, ['LINK_WORKER', 'PERSON']);
      this.endAll(each, (_who, { roles }) => !roles.includes('LINK_WORKER'));
    }
  }
  private endAll(referral: Referral, which: (who: Org, party: Party) => boolean): void {
    for (const [who, party] of referral.parties)
      if (!isPerson(who) && !party.ended && which(who, party)) this.end(referral, who, party);
  }
  private end(referral: Referral, who: Org, party: Party): void {
    party.ended = true;
    for (const each of this.known) if (each.referral === referral) each.readers.delete(who);
    this.tell('ACCESS_ENDED', referral, [[who, 'STAGE']]);
  }
  private expire(): Outcome {
    for (const referral of this.referrals) this.endAll(referral, (_who, { expires }) => expires);
    return 'DONE';
  }

  private agree({ by, general, careTeam, expires, consent }: Op & { do: 'agree' }, referral: Referral): Outcome {
    const { person } = referral;
    const record = (about?: Referral) =>
      this.consents.push({ ...consent, exclude: [...consent.exclude], by, person, referral: about, withdrawn: false });
    if (general) {
      if (by === 'icb') return 'NOT_PERMITTED';
      if (by === 'withoutAgreement') return 'NO_AGREEMENT';
      if (isPerson(by) ? by !== person : !this.knows(by, person).length) return 'NOT_FOUND';
      record();
      return 'DONE';
    }
    if (!this.speaks(by, referral)) return 'NOT_FOUND';
    if (referral.status === 'WITHDRAWN') return 'CONSENT_WITHDRAWN';
    const joining = careTeam ? [...new Set(consent.recipients ?? [])] : [];
    if (joining.some((org) => !allows(consent, org))) return 'INVALID';
    record(referral);
    for (const org of joining) {
      const party = this.party(referral, org);
      if (party) party.expires &&= expires;
      else {
        this.join(referral, org, 'CARE_TEAM', 'STAGE', expires);
        this.emit(
          'CARE_TEAM_JOINED',
          referral,
          ['LINK_WORKER', 'CARE_TEAM', 'PERSON'],
          (who) => who === org || !this.party(referral, who)?.roles.includes('CARE_TEAM'),
        );
      }
    }
    for (const each of this.tree(referral))
      this.endAll(
        each,
        (who, { roles }) => consent.exclude.includes(who) && who !== each.receiver && !roles.includes('LINK_WORKER'),
      );
    this.emit('CONSENT_CHANGED', referral, ['LINK_WORKER', 'PERSON']);
    return 'DONE';
  }

  private takeBack({ by, everything, from }: Op & { do: 'take back' }, referral: Referral): Outcome {
    const { person } = referral;
    const asked = this.referrals.filter(
      (each) => each.person === person && (everything || each === referral) && this.speaks(by, each),
    );
    const reached = this.referrals.filter(
      (each) => asked.some((top) => this.tree(top).includes(each)) && this.speaks(by, each),
    );
    let touched = 0;
    for (const each of [...reached].sort(
      (one, other) => [...this.ancestors(one)].length - [...this.ancestors(other)].length,
    )) {
      const over = !OPEN.includes(each.status);
      const ofThis = this.consents.filter((consent) => consent.referral === each && !consent.withdrawn);
      if (!from) {
        touched += 1;
        for (const consent of ofThis) consent.withdrawn = true;
        if (!over) this.withdraw(each);
        else {
          this.endAll(
            each,
            (who, { roles }) => who !== each.receiver && who !== each.referrer && !roles.includes('LINK_WORKER'),
          );
          if (each.status !== 'WITHDRAWN') this.emit('CONSENT_CHANGED', each, ['LINK_WORKER', 'PERSON']);
        }
        continue;
      }
      for (const org of from) {
        const party = this.party(each, org);
        if (each.receiver === org && !over) {
          for (const consent of ofThis) consent.withdrawn = true;
          this.withdraw(each);
          touched += 1;
          break;
        }
        if (!party || party.roles.includes('LINK_WORKER')) continue;
        for (const consent of ofThis) consent.exclude.push(org);
        this.end(each, org, party);
        this.emit('CONSENT_CHANGED', each, ['LINK_WORKER', 'PERSON']);
        touched += 1;
      }
    }
    return touched ? 'DONE' : 'NOT_FOUND';
  }

  /** Consents this organisation reads: those it recorded, and all of a referral it fully knows. */
  consentsOf = (who: Org, person: Herself) =>
    this.consents.filter(
      (each) => each.person === person && (each.by === who || (each.referral && this.full(who, each.referral))),
    ).length;
}
