/** NHS numbers of the 999 test range, each valid by Modulus 11. */
export function nhsNumber(index: number): string {
  for (let candidate = 999_200_000 + index * 11; ; candidate++) {
    const digits = String(candidate);
    const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (10 - place), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check < 10) return `${digits}${check}`;
  }
}

const FAMILIES = ['Ashdown', 'Birchall', 'Corrie', 'Dunmore', 'Elphick', 'Farrant', 'Gosling', 'Hartnell'];

/** An invented adult of HA1, as createReferral takes one. */
export const adult = (index: number, more: object = {}) => ({
  nhsNumber: nhsNumber(index),
  givenName: 'Rowan',
  familyName: `${FAMILIES[index % FAMILIES.length]}${index}`,
  birthDate: '1961-04-05',
  postcode: 'HA1 2AB',
  contactPoints: [{ system: 'phone', value: '07700 900123', safe: true }],
  needs: ['Large print'],
  ...more,
});

/** Consent given an hour ago. */
export const consent = (shareWith: string[] = ['PRIMARY_CARE', 'VOLUNTARY', 'SOCIAL_CARE'], more: object = {}) => ({
  givenBy: 'person',
  givenAt: new Date(Date.now() - 3_600_000).toISOString(),
  shareWith,
  ...more,
});
