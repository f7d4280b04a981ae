import { timingSafeEqual } from 'node:crypto';
import { Mac } from './mac';

/** A place in one party's feed. `event` is absent at sequence 0, before the first event. */
export interface FeedPlace {
  party: string;
  sequence: number;
  /** First six bytes of the SHA-256 of the id of the event that stands there, in hex. */
  event: string;
}

const BODY_BYTES = 28;
const MAC_BYTES = 10;
const NO_EVENT = '0'.repeat(12);

/** Signs and opens feed cursors: party, sequence, event. Opaque to clients, useless to anybody else's feed. */
export class FeedCursors {
  private readonly mac: Mac;
  // one for all: a buffer of its own costs more than the signature
  private readonly signed = Buffer.alloc(BODY_BYTES + MAC_BYTES);

  constructor(secret: string) {
    this.mac = new Mac(secret, BODY_BYTES);
  }

  sign(place: FeedPlace): string {
    const bytes = this.signed.fill(0);
    bytes.write(place.party.replaceAll('-', ''), 0, 'hex');
    bytes.writeUIntBE(place.sequence, 16, 6);
    bytes.write(place.event || NO_EVENT, 22, 'hex');
    bytes.write(this.mac.of(bytes), BODY_BYTES, MAC_BYTES, 'latin1');
    return bytes.toString('base64url');
  }

  /** The place a cursor names, or undefined if it is not one of ours. */
  open(cursor: string): FeedPlace | undefined {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length !== BODY_BYTES + MAC_BYTES) return undefined;
    const body = bytes.subarray(0, BODY_BYTES);
    const mac = Buffer.from(this.mac.of(body), 'latin1').subarray(0, MAC_BYTES);
    if (!timingSafeEqual(bytes.subarray(BODY_BYTES), mac)) return undefined;
    const hex = body.toString('hex', 0, 16);
    const party = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    return { party, sequence: body.readUIntBE(16, 6), event: body.toString('hex', 22, 28) };
  }
}
