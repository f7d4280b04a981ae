import { z } from 'zod';
import { organisationByOds } from '../access';
import { sql, type Transaction } from '../database';
import { CohortRuleKind, SupportModel } from '../modules/programmes';

const day = z.iso.date().optional();

/** A programme of the set-up file. Its rules become version 1 of its parameters; later versions are published. */
export const programmeSchema = z.object({
  key: z.string(),
  name: z.string(),
  model: z.enum(SupportModel),
  /** ODS code of who runs it. */
  organisation: z.string(),
  aim: z.string().optional(),
  area: z.string().optional(),
  ageGroups: z.array(z.string()).default([]),
  fundingSource: z.string().optional(),
  startsOn: day,
  endsOn: day,
  fundingEndsOn: day,
  continuity: z.string().optional(),
  plannedDays: z.int().positive().optional(),
  maximumContacts: z.int().positive().optional(),
  responseDays: z.int().positive().optional(),
  wouldNotBenefit: z.string().optional(),
  rules: z
    .array(
      z.object({
        kind: z.enum(CohortRuleKind),
        excludes: z.boolean().default(false),
        minimum: z.number().optional(),
        maximum: z.number().optional(),
        oneOf: z.array(z.string()).default([]),
        wording: z.string(),
      }),
    )
    .default([]),
  /** Services by their provider's ODS code and their id in the directory's feed. */
  services: z.array(z.object({ organisation: z.string(), externalId: z.string() })).default([]),
});
export type ProgrammeEntry = z.output<typeof programmeSchema>;

const columns = 'name, model, aim, area, age_groups, funding_source, starts_on, ends_on, funding_ends_on, continuity';
const setProgramme = sql(
  'network.programme',
  `insert into hub.programme (key, organisation_id, ${columns}) values ($1, ${organisationByOds('$2')}, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
   on conflict (key) do update set (${columns}) = ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
);
const addFirst = sql(
  'network.parameters',
  `insert into hub.programme_parameters (programme_id, version, planned_days, maximum_contacts, response_days, would_not_benefit)
   values ($1, 1, $2, $3, $4, $5) on conflict do nothing returning id`,
);
const addRules = sql('network.rules', 'select hub.add_rules($1, $2)');
const addService = sql(
  'network.programme-service',
  `insert into hub.programme_service (programme_id, organisation_id, external_id) values ($1, ${organisationByOds('$2')}, $3)
   on conflict (organisation_id, external_id) do update set programme_id = excluded.programme_id`,
);

/** Loading again changes names, dates and services; parameters that were published since stand. */
export async function loadProgrammes(tx: Transaction, programmes: readonly ProgrammeEntry[]): Promise<void> {
  for (const each of programmes) {
    const row = await tx.one<{ id: string }>(setProgramme, [
      each.key,
      each.organisation,
      each.name,
      each.model,
      each.aim ?? null,
      each.area ?? null,
      each.ageGroups,
      each.fundingSource ?? null,
      each.startsOn ?? null,
      each.endsOn ?? null,
      each.fundingEndsOn ?? null,
      each.continuity ?? null,
    ]);
    const first = await tx.one<{ id: string }>(addFirst, [
      row?.id,
      each.plannedDays ?? null,
      each.maximumContacts ?? null,
      each.responseDays ?? null,
      each.wouldNotBenefit ?? null,
    ]);
    if (first) await tx.query(addRules, [first.id, JSON.stringify(each.rules)]);
    for (const { organisation, externalId } of each.services)
      await tx.query(addService, [row?.id, organisation, externalId]);
  }
}
