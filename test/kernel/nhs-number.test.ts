import fc from 'fast-check';
import { isValidNhsNumber, maskNhsNumbers } from '../../src/kernel/nhs-number';

// The package has no types; it is an independent implementation of the same rule.
const oracle = jest.requireActual<{ validate(value: string): boolean }>('nhs-number-validator');

describe('NHS number', () => {
  const tenDigits = fc.stringMatching(/^[0-9]{10}$/);

  it('agrees with an independent validator on every ten digits but all zeros', () => {
    const nearlyValid = tenDigits.map((digits) => digits.slice(0, 9) + String(checkDigit(digits) % 10));
    fc.assert(
      fc.property(fc.oneof(tenDigits, nearlyValid), (digits) => {
        fc.pre(digits !== '0000000000');
        expect(isValidNhsNumber(digits)).toBe(oracle.validate(digits));
      }),
      { numRuns: 2000 },
    );
  });

  function checkDigit(digits: string): number {
    const sum = [...digits.slice(0, 9)].reduce((total, digit, place) => total + Number(digit) * (10 - place), 0);
    return (11 - (sum % 11)) % 11;
  }

  it('refuses ten zeros, which pass the arithmetic', () => {
    expect(oracle.validate('0000000000')).toBe(true);
    expect(isValidNhsNumber('0000000000')).toBe(false);
  });

  it.each(['999 000 1006', '999-000-1006', ' 9990001006 '])('reads past spaces and hyphens in "%s"', (written) => {
    expect(isValidNhsNumber(written)).toBe(true);
  });

  it.each(['', '999000100', '99900010060', '999000100X', '9990001007', '３３３３３３３３３３'])(
    'refuses "%s"',
    (written) => {
      expect(isValidNhsNumber(written)).toBe(false);
    },
  );

  it('takes valid numbers out of free text and leaves other digits', () => {
    expect(maskNhsNumbers('NHS 999 000 1006, ref 9990001007, tel 01632960001')).toBe(
      'NHS [NHS number removed], ref 9990001007, tel 01632960001',
    );
  });
});
