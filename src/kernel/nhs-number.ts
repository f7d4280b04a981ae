/**
 * NHS numbers (NHS Data Dictionary, "NHS NUMBER"): ten digits, the tenth a Modulus 11 check digit.
 * People write them in groups, so spaces and hyphens between digits are not part of the number.
 */
export function isValidNhsNumber(value: string): boolean {
  const digits = normaliseNhsNumber(value);
  // 0000000000 passes the arithmetic, but no person holds it: systems send it when they mean "none".
  if (!/^[0-9]{10}$/.test(digits) || digits === '0000000000') return false;
  const sum = [...digits.slice(0, 9)].reduce((total, digit, place) => total + Number(digit) * (10 - place), 0);
  const check = (11 - (sum % 11)) % 11; // 10 equals no digit, so such a number is never valid
  return check === Number(digits[9]);
}

export function normaliseNhsNumber(value: string): string {
  return value.replace(/[\s-]/g, '');
}

/** Three, three and four digits, in a run or with up to three spaces, points or dashes of any kind between them. */
const TEN_DIGITS = /(?<![0-9])[0-9]{3}[\s.\-\u2010-\u2015]{0,3}[0-9]{3}[\s.\-\u2010-\u2015]{0,3}[0-9]{4}(?![0-9])/g;

/** Free text may travel on to people who must never see the number, so it is taken out where text comes in. */
export function maskNhsNumbers(text: string): string {
  return text.replace(TEN_DIGITS, (run) =>
    isValidNhsNumber(run.replace(/[^0-9]/g, '')) ? '[NHS number removed]' : run,
  );
}
