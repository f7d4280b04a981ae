import type { Person } from './people';

// The parts of FHIR that the message and the record have in common.

export const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
export const SNOMED = 'http://snomed.info/sct';
const UK_CORE = 'https://fhir.hl7.org.uk';

export function ukCore(resourceType: string): { profile: string[] } {
  return { profile: [`${UK_CORE}/StructureDefinition/UKCore-${resourceType}`] };
}

export function coded(system: string, code: string, display?: string): { coding: object[] } {
  return { coding: [{ system, code, display }] };
}

export function ethnicCategory(person: Person): object {
  const system = `${UK_CORE}/CodeSystem/UKCore-EthnicCategoryEngland`;
  return {
    url: `${UK_CORE}/StructureDefinition/Extension-UKCore-EthnicCategory`,
    valueCodeableConcept: coded(system, person.ethnicity.code, person.ethnicity.display),
  };
}

/** BaRS senders still use the retired list of codes for whether a number was traced; records use the current one. */
export function nhsNumberIdentifier(person: Person, list: 'retired' | 'current'): object {
  const [codeSystem, code] =
    list === 'retired'
      ? ['UKCore-NHSNumberVerificationStatus', 'number-present-and-verified']
      : ['UKCore-NHSNumberVerificationStatusEngland', '01'];
  return {
    extension: [
      {
        url: `${UK_CORE}/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus`,
        valueCodeableConcept: coded(`${UK_CORE}/CodeSystem/${codeSystem}`, code, 'Number present and verified'),
      },
    ],
    system: 'https://fhir.nhs.uk/Id/nhs-number',
    value: person.nhsNumber,
  };
}

export function officialName({ prefix, given, family }: Person): object {
  return { use: 'official', text: `${prefix} ${given} ${family}`, family, given: [given], prefix: [prefix] };
}

export function homeAddress({ line, postcode }: Person): object {
  return { use: 'home', type: 'both', line: [line], city: 'Harrow', district: 'Greater London', postalCode: postcode };
}

export function telecoms({ mobile, landline, email }: Person): object[] {
  return [
    { system: 'phone', value: mobile, use: 'mobile' },
    { system: 'phone', value: landline, use: 'home' },
    { system: 'email', value: email, use: 'home' },
  ]
    .filter(({ value }) => value !== undefined)
    .map((point, i) => ({ ...point, rank: i + 1 }));
}
