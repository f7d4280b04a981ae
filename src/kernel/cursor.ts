import { createHmac, timingSafeEqual } from 'node:crypto';

/** A place in one party's feed. `event` is absent at sequence 0, before the first event. */
export interface FeedPlace {
  party: string;
  sequence: number;
  /** First six bytes of the SHA-256 of the id of the event that stands there, in hex. */
  event: string;
}

const MAC_BYTES = 10;
const NO_EVENT = '0'.repeat(12);

/** Signs and opens feed cursors: party, sequence, event. Opaque to clients, useless to anybody else's feed. */
export class FeedCursors {
  constructor(private readonly secret: string) {}

  sign(place: FeedPlace): string {
    const body = Buffer.alloc(28);
    Buffer.from(place.party.replaceAll('-', ''), 'hex').copy(body, 0);
    body.writeUIntBE(place.sequence, 16, 6);
    Buffer.from(place.event || NO_EVENT, 'hex').copy(body, 22);
    return Buffer.concat([body, this.mac(body)]).toString('base64url');
  }

  /** The place a cursor names, or undefined if it is not one of ours. */
  open(cursor: string): FeedPlace | undefined {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length !== 28 + MAC_BYTES) return undefined;
    const body = bytes.subarray(0, 28);
    if (!timingSafeEqual(bytes.subarray(28), this.mac(body))) return undefined;
    const hex = body.toString('hex', 0, 16);
    const party = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    return { party, sequence: body.readUIntBE(16, 6), event: body.toString('hex', 22, 28) };
  }

  private mac(body: Buffer): Buffer {
    return createHmac('sha256', this.secret).update(body).digest().subarray(0, MAC_BYTES);
  }
}
