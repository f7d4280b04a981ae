import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

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
  private readonly key: KeyObject;

  constructor(secret: string) {
    this.key = createSecretKey(Buffer.from(secret));
  }

  sign(place: FeedPlace): string {
    const bytes = Buffer.alloc(BODY_BYTES + MAC_BYTES);
    bytes.write(place.party.replaceAll('-', ''), 0, 'hex');
    bytes.writeUIntBE(place.sequence, 16, 6);
    bytes.write(place.event || NO_EVENT, 22, 'hex');
    this.mac(bytes.subarray(0, BODY_BYTES)).copy(bytes, BODY_BYTES);
    return bytes.toString('base64url');
  }

  /** The place a cursor names, or undefined if it is not one of ours. */
  open(cursor: string): FeedPlace | undefined {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length !== BODY_BYTES + MAC_BYTES) return undefined;
    const body = bytes.subarray(0, BODY_BYTES);
    if (!timingSafeEqual(bytes.subarray(BODY_BYTES), this.mac(body))) return undefined;
    const hex = body.toString('hex', 0, 16);
    const party = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    return { party, sequence: body.readUIntBE(16, 6), event: body.toString('hex', 22, 28) };
  }

  private mac(body: Buffer): Buffer {
    return createHmac('sha256', this.key).update(body).digest().subarray(0, MAC_BYTES);
  }
}
