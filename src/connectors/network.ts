import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { auditStatement, operator, organisationByOds, Touched } from '../access';
import { asIdentity, type Database, sql, type Transaction } from '../database';
import { ODS_SYSTEM } from '../kernel';
import { Sector, NetworkKind } from '../modules/organisations';
import { loadProgrammes, programmeSchema } from './programmes';

/** The hub's own set-up file: who takes part, in which networks, under which sharing agreements. */
const networkSchema = z.object({
  networks: z.array(z.object({ key: z.string(), name: z.string(), kind: z.enum(NetworkKind) })),
  organisations: z.array(
    z.object({
      ods: z.string(),
      name: z.string(),
      sector: z.enum(Sector),
      networks: z.array(z.string()).default([]),
      receivesReferrals: z.boolean().default(false),
      identifiers: z.array(z.object({ system: z.string(), value: z.string() })).default([]),
    }),
  ),
  practitioners: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        jobTitle: z.string().optional(),
        specialism: z.string().optional(),
        organisation: z.string(),
      }),
    )
    .default([]),
  agreements: z
    .array(z.object({ organisation: z.string(), network: z.string(), from: z.iso.date(), to: z.iso.date() }))
    .default([]),
  /** Routes under a network's own names. */
  routes: z.array(z.object({ network: z.string(), key: z.string(), label: z.string() })).default([]),
  programmes: z.array(programmeSchema).default([]),
});
export type NetworkFile = z.input<typeof networkSchema>;

const addNetwork = sql(
  'network.add',
  'insert into hub.network (key, name, kind) values ($1, $2, $3) on conflict (key) do nothing',
);
const findOrganisation = sql('network.find', `select ${organisationByOds('$1')} as id`);
const addOrganisation = sql(
  'network.organisation',
  'insert into hub.organisation (name, sector, receives_referrals) values ($1, $2, $3) returning id',
);
const setOrganisation = sql(
  'network.set',
  'update hub.organisation set name = $2, sector = $3, receives_referrals = $4 where id = $1',
);
const addIdentifier = sql(
  'network.identifier',
  'insert into hub.organisation_identifier (organisation_id, system, value) values ($1, $2, $3) on conflict do nothing',
);
const addMember = sql(
  'network.member',
  'insert into hub.network_member (network_id, organisation_id) select id, $1 from hub.network where key = $2 on conflict do nothing',
);
const addPractitioner = sql(
  'network.practitioner',
  `insert into hub.practitioner (organisation_id, external_id, name, job_title, specialism) values (${organisationByOds('$1')}, $2, $3, $4, $5)
   on conflict (external_id) do update set specialism = excluded.specialism`,
);
const addAgreement = sql(
  'network.agreement',
  `insert into hub.sharing_agreement (organisation_id, network_id, valid_from, valid_to)
   select ${organisationByOds('$1')}, id, $3, $4 from hub.network where key = $2 on conflict do nothing`,
);

const nameRoute = sql(
  'network.route',
  `insert into hub.route_name (network_id, route, label) select id, $2, $3 from hub.network where key = $1
   on conflict (network_id, route) do update set label = excluded.label`,
);

/** Loads a set-up file; loading it again changes only names and flags. */
export async function loadNetwork(database: Database, file: NetworkFile): Promise<void> {
  const network = networkSchema.parse(file);
  const entry = { requestId: randomUUID(), operation: 'load network', action: 'WRITE', outcome: 'OK' } as const;
  await asIdentity(database, operator, (tx) => load(tx, network), {
    last: () => auditStatement(operator, entry, new Touched()),
  });
}

async function load(tx: Transaction, network: z.output<typeof networkSchema>): Promise<void> {
  for (const { key, name, kind } of network.networks) await tx.query(addNetwork, [key, name, kind]);
  for (const { ods, name, sector, receivesReferrals, networks, identifiers } of network.organisations) {
    const known = (await tx.one<{ id: string | null }>(findOrganisation, [ods]))?.id;
    const id = known ?? (await tx.one<{ id: string }>(addOrganisation, [name, sector, receivesReferrals]))?.id;
    if (known) await tx.query(setOrganisation, [known, name, sector, receivesReferrals]);
    for (const each of [{ system: ODS_SYSTEM, value: ods }, ...identifiers])
      await tx.query(addIdentifier, [id, each.system, each.value]);
    for (const key of networks) await tx.query(addMember, [id, key]);
  }
  for (const { id, name, jobTitle, specialism, organisation } of network.practitioners) {
    await tx.query(addPractitioner, [organisation, id, name, jobTitle ?? null, specialism ?? null]);
  }
  for (const { organisation, network: key, from, to } of network.agreements)
    await tx.query(addAgreement, [organisation, key, from, to]);
  for (const { network: key, key: route, label } of network.routes) await tx.query(nameRoute, [key, route, label]);
  await loadProgrammes(tx, network.programmes);
}
