/** SNOMED CT: the concepts the connectors act on, and the check digit that every identifier carries. */

/** "Referral to social prescribing service (procedure)". */
export const SOCIAL_PRESCRIBING_REFERRAL = '871731000000106';

/** Scored assessments by CODED ASSESSMENT TOOL TYPE; others keep their code. */
export const ASSESSMENT_TOOLS: ReadonlyMap<string, string> = new Map([
  ['718466001', 'SWEMWBS score'],
  ['718426000', 'WEMWBS score'],
  ['720433000', 'PHQ-9 score'],
  ['962851000000103', 'Patient Activation Measure level'],
]);

/** Published files spell the system in several ways (`http://snomed.info/sct??`, `https://snomed.info/ict`). */
export function isSnomed(system: string | undefined): boolean {
  return /^https?:\/\/snomed\.info\//i.test(system ?? '');
}

const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** The Verhoeff check (SNOMED CT Release File Specification, SCTID): sums in the dihedral group of the pentagon. */
export function isSnomedId(code: string): boolean {
  if (!/^[1-9][0-9]{5,17}$/.test(code)) return false;
  let sum = 0;
  [...code].reverse().forEach((character, place) => {
    let digit = Number(character);
    for (let turn = place % 8; turn > 0; turn--) digit = PERMUTATION[digit];
    sum = dihedral(sum, digit);
  });
  return sum === 0;
}

/** 0 to 4 are turns, 5 to 9 turns of the flipped pentagon. */
function dihedral(a: number, b: number): number {
  const turn = a < 5 ? a + (b % 5) : a - (b % 5) + 5;
  return (turn % 5) + (a < 5 === b < 5 ? 0 : 5);
}
