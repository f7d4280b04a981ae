/** What is known of a person; undefined where it is not. */
export interface Facts {
  age?: number;
  district?: string;
  conditions?: string[];
  pamLevel?: number;
  contactsAYear?: number;
  medicationSpendAYear?: number;
  livesAlone?: boolean;
  notEngaged?: boolean;
}

export interface Rule {
  kind: string;
  excludes: boolean;
  minimum: number | null;
  maximum: number | null;
  oneOf: string[];
  wording: string;
}

type Test = (rule: Rule, facts: Facts) => boolean | undefined;

const within = (value: number | undefined, { minimum, maximum }: Rule) =>
  value === undefined ? undefined : value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
const named = (values: string[] | undefined, { oneOf }: Rule) => {
  const wanted = new Set(oneOf.map((each) => each.trim().toLowerCase()));
  return values?.some((each) => wanted.has(each.trim().toLowerCase()));
};

/** Whether a person fits a rule; undefined where the fact it asks for is not known. */
const TESTS: Record<string, Test> = {
  AGE: (rule, { age }) => within(age, rule),
  AREA: (rule, { district }) => named(district === undefined ? undefined : [district], rule),
  CONDITION: (rule, { conditions }) => named(conditions, rule),
  PAM_LEVEL: (rule, { pamLevel }) => within(pamLevel, rule),
  CONTACTS_A_YEAR: (rule, { contactsAYear }) => within(contactsAYear, rule),
  MEDICATION_SPEND_A_YEAR: (rule, { medicationSpendAYear }) => within(medicationSpendAYear, rule),
  LIVES_ALONE: (_rule, { livesAlone }) => livesAlone,
  NOT_ENGAGED: (_rule, { notEngaged }) => notEngaged,
};

/** The rules that known facts break, in their own words. What is not known breaks none: a check advises, it does not guess. */
export function brokenRules(rules: readonly Rule[], facts: Facts): string[] {
  return rules
    .filter((rule) => {
      const fits = TESTS[rule.kind]?.(rule, facts);
      return fits !== undefined && fits === rule.excludes;
    })
    .map(({ wording }) => wording);
}
