/** An event that a write must bring to these parties; or may, where nobody knows whether the write was carried out. */
export interface Expected {
  kind: string;
  parties: readonly string[];
  /** Where the writer learned which event it is. */
  event?: string;
  /** The write was acknowledged. */
  certain: boolean;
}

/** An event as a reader got it. */
export interface Arrival {
  id: string;
  sequence: number;
  kind: string;
  reference: string | null;
}

/** Everything one reader of a party's feed got, in the order it came, repetitions and all. */
export interface Heard {
  reader: string;
  party: string;
  arrivals: readonly Arrival[];
}

export interface Verdict {
  /** Writes the hub said it carried out. */
  acknowledged: number;
  /** Events readers got, each counted once a reader. */
  delivered: number;
  /** Deliveries that acknowledged writes call for. */
  expected: number;
  lost: number;
  /** After removing repetitions by id: one event at two places, two events at one, or an effect nobody asked for. */
  duplicated: number;
  /** Places of a feed that a reader never got. */
  gaps: number;
  outOfOrder: number;
  /** Deliveries of an event a reader had already: allowed, since delivery is at least once. */
  repeated: number;
  /** The first few faults in words, without anything of a person. */
  examples: string[];
}

const EXAMPLES = 20;

/** What writers were promised, kept outside the hub and its database. */
export class Ledger {
  acknowledged = 0;
  /** By the referral's reference: what must be heard of it, in this order. */
  readonly stories = new Map<string, Expected[]>();
  /** Referrals that several write to at once: their events' places are judged, what they tell is not. */
  readonly unordered = new Set<string>();

  /** One acknowledged write with the events it must bring. */
  acknowledge(reference: string, events: readonly Omit<Expected, 'certain'>[]): void {
    this.acknowledged += 1;
    for (const event of events) this.add(reference, { ...event, certain: true });
  }

  /** A write whose commit nobody answered: its event may come, once. */
  leaveOpen(reference: string, event: Omit<Expected, 'certain'>): void {
    this.add(reference, { ...event, certain: false });
  }

  private add(reference: string, event: Expected): void {
    const story = this.stories.get(reference);
    if (story) story.push(event);
    else this.stories.set(reference, [event]);
  }
}

/** Holds what writers were promised against what each reader got. */
export function judge(ledger: Ledger, heard: readonly Heard[]): Verdict {
  const verdict: Verdict = {
    acknowledged: ledger.acknowledged,
    delivered: 0,
    expected: 0,
    lost: 0,
    duplicated: 0,
    gaps: 0,
    outOfOrder: 0,
    repeated: 0,
    examples: [],
  };
  const feeds = new Map<string, Map<number, string>>();
  for (const each of heard) {
    const places = feeds.get(each.party) ?? new Map<number, string>();
    feeds.set(each.party, places);
    const events = judgePlaces(each, places, verdict);
    verdict.delivered += events.length;
    judgeStories(ledger, each, events, verdict);
  }
  return verdict;
}

function fault(verdict: Verdict, what: 'lost' | 'duplicated' | 'gaps' | 'outOfOrder', example: string): void {
  verdict[what] += 1;
  if (verdict.examples.length < EXAMPLES) verdict.examples.push(`${what}: ${example}`);
}

/**
 * One reader's feed by its places: from 1 to the end, rising, each with one event, and that the same for every reader of the party.
 * Gives its events once each, in their places' order.
 */
function judgePlaces({ reader, arrivals }: Heard, ofParty: Map<number, string>, verdict: Verdict): Arrival[] {
  const placeOf = new Map<string, number>();
  const at = new Map<number, Arrival>();
  let last = 0;
  for (const arrival of arrivals) {
    const { id, sequence } = arrival;
    const known = placeOf.get(id);
    if (known === sequence) verdict.repeated += 1;
    else if (known !== undefined) fault(verdict, 'duplicated', `${reader} got ${id} at ${known} and at ${sequence}`);
    else if (at.has(sequence)) fault(verdict, 'duplicated', `${reader} got two events at ${sequence}`);
    else {
      if (sequence < last) fault(verdict, 'outOfOrder', `${reader} got ${sequence} after ${last}`);
      const others = ofParty.get(sequence);
      if (others !== undefined && others !== id)
        fault(verdict, 'outOfOrder', `${reader} got another event at ${sequence} than its party's other readers`);
      ofParty.set(sequence, id);
      placeOf.set(id, sequence);
      at.set(sequence, arrival);
      last = Math.max(last, sequence);
    }
  }
  for (let place = 1; place <= last; place++)
    if (!at.has(place)) fault(verdict, 'gaps', `${reader} never got ${place}`);
  return [...at.values()].sort((a, b) => a.sequence - b.sequence);
}

function judgeStories(ledger: Ledger, { reader, party }: Heard, events: Arrival[], verdict: Verdict): void {
  const byReference = new Map<string, Arrival[]>();
  for (const event of events) {
    const key = event.reference ?? '';
    const those = byReference.get(key);
    if (those) those.push(event);
    else byReference.set(key, [event]);
  }
  for (const [reference, story] of ledger.stories) {
    if (ledger.unordered.has(reference)) continue;
    const mine = story.filter(({ parties }) => parties.includes(party));
    judgeStory(`${reader}, ${reference}`, mine, byReference.get(reference) ?? [], verdict);
    byReference.delete(reference);
  }
  for (const reference of ledger.unordered) byReference.delete(reference);
  for (const [reference, strangers] of byReference)
    for (const { kind } of strangers) fault(verdict, 'duplicated', `${reader}, ${reference}: a ${kind} nobody wrote`);
}

/** One referral as one reader heard it: each promised event once, in the order of the writes. */
function judgeStory(where: string, story: readonly Expected[], events: readonly Arrival[], verdict: Verdict): void {
  const ofId = new Map<string, number>();
  const ofKind = new Map<string, number[]>();
  story.forEach(({ event, kind }, place) => {
    if (event !== undefined) ofId.set(event, place);
    else ofKind.set(kind, [...(ofKind.get(kind) ?? []), place]);
  });
  const got = new Set<number>();
  let last = -1;
  for (const { id, kind } of events) {
    const place = ofId.get(id) ?? ofKind.get(kind)?.shift();
    if (place === undefined || got.has(place)) {
      fault(verdict, 'duplicated', `${where}: one ${kind} too many`);
      continue;
    }
    if (place < last) fault(verdict, 'outOfOrder', `${where}: ${kind} came after what followed it`);
    last = Math.max(last, place);
    got.add(place);
  }
  story.forEach(({ kind, certain }, place) => {
    if (!certain) return;
    verdict.expected += 1;
    if (!got.has(place)) fault(verdict, 'lost', `${where}: no ${kind} at place ${place + 1} of ${story.length}`);
  });
}
