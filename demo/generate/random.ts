import { createHash } from 'node:crypto';

// Every file draws from a stream of its own, named after what it makes, so that a change to one file leaves the others'
// bytes alone.
const SEED = 'loopwell-demo-1';

export class Random {
  private state: number;

  constructor(stream: string) {
    this.state = digest(stream).readUInt32LE(0);
  }

  /** A number in [0, 1), by mulberry32: small, fast, and the same on every machine. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from least to most, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('demo generator: nothing to pick from; widen the list that was passed');
    return list[Math.floor(this.next() * list.length)] as T;
  }

  /** The same items in another order. */
  shuffle<T>(list: readonly T[]): T[] {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
    }
    return copy;
  }

  sample<T>(list: readonly T[], count: number): T[] {
    return this.shuffle(list).slice(0, count);
  }

  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    let left = this.next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return this.pick(choices)[0];
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(`${SEED}/${text}`).digest();
}

/** A version 4 shaped UUID that depends on its name alone. */
export function uuid(name: string): string {
  for (let attempt = 0; ; attempt++) {
    const hex = digest(`uuid/${name}/${attempt}`).toString('hex');
    const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    // Ten digits in a row could pass for an NHS number, which the hub refuses in what it shows to charities.
    if (!/\d{10}/.test(id)) return id;
  }
}
