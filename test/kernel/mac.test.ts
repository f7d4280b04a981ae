import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { Mac } from '../../src/kernel/mac';

describe('the signature of a cursor', () => {
  const hmac = (secret: string, text: Buffer) => createHmac('sha256', secret).update(text).digest();

  it("is HMAC-SHA-256 of the text's first bytes, for a secret of any length and however many came before", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
        fc.array(fc.uint8Array({ minLength: 28, maxLength: 40 }), { minLength: 1, maxLength: 5 }),
        (secret, texts) => {
          const mac = new Mac(secret, 28);
          for (const text of texts.map((bytes) => Buffer.from(bytes)))
            expect(Buffer.from(mac.of(text), 'latin1')).toEqual(hmac(secret, text.subarray(0, 28)));
        },
      ),
    );
  });
});
