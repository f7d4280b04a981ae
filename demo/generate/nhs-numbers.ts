// 999 numbers are never issued. Those below 9991000000 are left to visitors of the demo, who make people of their own.
const FIRST_NINE_DIGITS = 999_100_000;

/** The first `count` valid numbers of the demo's range, in order. */
export function nhsNumbers(count: number): string[] {
  const found: string[] = [];
  for (let nine = FIRST_NINE_DIGITS; found.length < count; nine++) {
    const check = checkDigit(String(nine));
    if (check !== null) found.push(`${nine}${check}`);
  }
  return found;
}

/** Modulus 11, weights ten to two; null where the nine digits have no check digit and the number is never used. */
function checkDigit(nine: string): number | null {
  const sum = [...nine].reduce((total, digit, i) => total + Number(digit) * (10 - i), 0);
  const check = 11 - (sum % 11);
  if (check === 10) return null;
  return check === 11 ? 0 : check;
}
