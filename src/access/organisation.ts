import { ODS_SYSTEM } from '../kernel';

/** SQL: the uuid of the organisation with the ODS code of this parameter; null where the directory has none. */
export const organisationByOds = (parameter: string) =>
  `(select i.organisation_id from graph.organisation_identifier i where i.system = '${ODS_SYSTEM}' and i.value = ${parameter})`;
