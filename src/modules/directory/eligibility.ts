/** What a service says of itself that may stand against a referral. */
export interface ServiceLimits {
  /** False where it is paused, closed, or gone from its feed. */
  accepting: boolean;
  paused: boolean;
  /** Whole years. */
  minimumAge: number | null;
  maximumAge: number | null;
  /** Outward parts of postcodes; a feed may name places instead, which exclude no one. */
  areas: readonly string[];
}

/** What is known of the person. What is not stated excludes no one. */
export interface PersonFacts {
  /** Whole years. */
  age?: number;
  /** Outward part of a postcode, in capitals. */
  district?: string;
}

export interface Obstacle {
  code: 'NO_CAPACITY' | 'NOT_ELIGIBLE';
  /** For people. */
  reason: string;
}

/**
 * Why a service cannot take a person: the one rule, for what is asked beforehand and for the referral itself. No places left is no
 * reason: there is a waiting list.
 */
export function obstacles(service: ServiceLimits, { age, district }: PersonFacts): Obstacle[] {
  const { accepting, paused, minimumAge, maximumAge } = service;
  const districts = service.areas.filter(isDistrict);
  const against: [boolean, Obstacle['code'], string][] = [
    [paused, 'NO_CAPACITY', 'It takes no referrals for now.'],
    [!accepting && !paused, 'NO_CAPACITY', 'It is closed for referrals.'],
    [
      age !== undefined && minimumAge !== null && age < minimumAge,
      'NOT_ELIGIBLE',
      `It is for people from ${minimumAge} years on.`,
    ],
    [
      age !== undefined && maximumAge !== null && age > maximumAge,
      'NOT_ELIGIBLE',
      `It is for people up to ${maximumAge} years.`,
    ],
    [
      district !== undefined && districts.length > 0 && !districts.includes(district),
      'NOT_ELIGIBLE',
      `It does not serve ${district}.`,
    ],
  ];
  return against.filter(([applies]) => applies).map(([, code, reason]) => ({ code, reason }));
}

/** The outward part of a postcode. */
export const isDistrict = (text: string) => /^[A-Z]{1,2}\d[A-Z\d]?$/.test(text);

/** The outward part of what may be a postcode or its outward part alone; undefined where it is neither. */
export function districtOf(postcode: string | null | undefined): string | undefined {
  const outward = postcode?.trim().split(' ')[0]?.toUpperCase();
  return outward && isDistrict(outward) ? outward : undefined;
}

/** Whole years, from one YYYY-MM-DD to another. */
export function ageOn(day: string, birthDate: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
