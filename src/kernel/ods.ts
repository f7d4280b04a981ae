/** The system of ODS codes, which name organisations of the NHS and beside it (UK Core, NamingSystem). */
export const ODS_SYSTEM = 'https://fhir.nhs.uk/Id/ods-organization-code';
