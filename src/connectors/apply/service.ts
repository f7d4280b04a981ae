import { sql, type Transaction } from '../../database';
import { ODS_SYSTEM } from '../../kernel';
import type { ServiceDraft } from '../draft';
import { hashOf } from '../inbox';
import type { Applied } from './outcome';

/** Identifier schemes of Open Referral UK (org-id.guide lists) as the directory names them. */
const SYSTEMS: Record<string, string> = {
  'GB-ODS': ODS_SYSTEM,
  ODS: ODS_SYSTEM,
  'GB-CHC': 'https://www.charitycommission.gov.uk',
};

const findOrganisation = sql(
  'directory.organisation',
  `select i.organisation_id as id from hub.organisation_identifier i
   join unnest($1::text[], $2::text[]) wanted (system, value) on wanted.system = i.system and wanted.value = i.value limit 1`,
);
const addOrganisation = sql(
  'directory.add',
  `insert into hub.organisation (name, sector) values ($1, 'VOLUNTARY') returning id`,
);
const addIdentifier = sql(
  'directory.identify',
  'insert into hub.organisation_identifier (organisation_id, system, value) values ($1, $2, $3) on conflict do nothing',
);
const findService = sql('directory.service', 'select raw_hash from hub.service where source = $1 and external_id = $2');
const columns = `organisation_id, name, description, categories, accepting_referrals, eligibility, minimum_age, maximum_age, areas, costs, languages,
  accessibility, assured_on, funding_ends_on, green, latitude, longitude, active, raw_hash`;
const places = Array.from({ length: 19 }, (_, i) => `$${i + 3}`).join(', ');
const addService = sql(
  'directory.add-service',
  `insert into hub.service (source, external_id, ${columns}) values ($1, $2, ${places})`,
);
const setService = sql(
  'directory.set-service',
  `update hub.service set (${columns}, updated_at) = (${places}, hub.clock()) where source = $1 and external_id = $2`,
);

/** A directory entry, by its feed and its id there. An organisation the directory does not know is added with its identifiers. */
export async function applyService(tx: Transaction, draft: ServiceDraft, source: string): Promise<Applied> {
  const hash = hashOf(JSON.stringify(draft));
  const known = await tx.one<{ raw_hash: string }>(findService, [source, draft.externalId]);
  if (known?.raw_hash === hash) return 'duplicate';
  const active = draft.status === 'active';
  const values = [
    await organisationOf(tx, draft, source),
    draft.name,
    draft.description ?? null,
    draft.categories,
    active,
    draft.eligibility ?? null,
    draft.minimumAge ?? null,
    draft.maximumAge ?? null,
    draft.areas,
    draft.costs ?? null,
    draft.languages,
    draft.accessibility,
    draft.assuredOn ?? null,
    draft.fundingEndsOn ?? null,
    draft.green,
    draft.latitude ?? null,
    draft.longitude ?? null,
    active,
    hash,
  ];
  await tx.query(known ? setService : addService, [source, draft.externalId, ...values]);
  return 'applied';
}

async function organisationOf(tx: Transaction, { organisation }: ServiceDraft, source: string): Promise<string> {
  const identifiers = [
    ...organisation.identifiers.map(({ system, value }) => ({ system: SYSTEMS[system] ?? system, value })),
    { system: `urn:loopwell:feed:${source}`, value: organisation.externalId },
  ];
  const lists = [identifiers.map(({ system }) => system), identifiers.map(({ value }) => value)];
  const known = await tx.one<{ id: string }>(findOrganisation, lists);
  const id = known?.id ?? (await tx.one<{ id: string }>(addOrganisation, [organisation.name]))?.id ?? '';
  for (const { system, value } of identifiers) await tx.query(addIdentifier, [id, system, value]);
  return id;
}
