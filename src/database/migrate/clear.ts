import type { QueryRunner } from 'typeorm';

const OURS = `(to_regnamespace('hub'), to_regnamespace('graph'))`;

/** A table, or a partitioned one. */
const TABLE = `c.relkind in ('r', 'p')`;
const grantee = `case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end`;

/**
 * Each line answers the statements that take away one kind of definition, so that steps meet bare tables and what is made afterwards
 * is all there is. Functions stay, without owner and grants of their own: what is prepared on other connections names them.
 */
const TAKEN_AWAY = [
  `select format('drop policy %I on %s', p.polname, p.polrelid::regclass) as text
   from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace in ${OURS}`,
  `select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass) as text
   from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace in ${OURS} and not t.tgisinternal`,
  `select format('alter table %s alter column %I drop default', a.attrelid::regclass, a.attname) as text
   from pg_attrdef f join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum
   where a.attgenerated = '' and exists (
     select from pg_depend d join pg_proc p on p.oid = d.refobjid and d.refclassid = 'pg_proc'::regclass
     where d.classid = 'pg_attrdef'::regclass and d.objid = f.oid and p.pronamespace in ${OURS})`,
  `select 'drop view ' || string_agg(c.oid::regclass::text, ', ') as text
   from pg_class c where c.relnamespace in ${OURS} and c.relkind = 'v' having count(*) > 0`,
  `select format('drop rule %I on %s', r.rulename, r.ev_class::regclass) as text
   from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace in ${OURS} and ${TABLE}`,
  `select format('alter table %s disable row level security, no force row level security', c.oid::regclass) as text
   from pg_class c where c.relnamespace in ${OURS} and ${TABLE}`,
  `select format('revoke all on %s from %s', c.oid::regclass, ${grantee}) as text
   from pg_class c cross join lateral (
     select a.grantee from aclexplode(c.relacl) a
     union select a.grantee from pg_attribute t cross join aclexplode(t.attacl) a where t.attrelid = c.oid) g
   where c.relnamespace in ${OURS} and ${TABLE} and g.grantee <> c.relowner`,
  `select format('alter routine %s owner to loopwell_owner', p.oid::regprocedure) as text
   from pg_proc p where p.pronamespace in ${OURS} and p.proowner <> 'loopwell_owner'::regrole`,
  `select format('revoke all on routine %s from %s', p.oid::regprocedure, ${grantee}) as text
   from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
   where p.pronamespace in ${OURS} and g.grantee <> p.proowner`,
];

/** Takes away all definitions but the functions themselves. The runner acts as loopwell_owner. */
export async function clearDefinitions(runner: QueryRunner): Promise<void> {
  for (const query of TAKEN_AWAY) await carryOut(runner, query);
}

export async function dropFunctions(runner: QueryRunner): Promise<void> {
  await carryOut(
    runner,
    `select format('drop routine %s', p.oid::regprocedure) as text from pg_proc p where p.pronamespace in ${OURS}`,
  );
}

/** Row security cannot be forgotten: it is forced on every table there is, whether a guard file names the table or not. */
export async function forceRowSecurity(runner: QueryRunner): Promise<void> {
  await carryOut(
    runner,
    `select format('alter table %s enable row level security, force row level security', c.oid::regclass) as text
     from pg_class c where c.relnamespace in ${OURS} and ${TABLE}`,
  );
}

/** Runs the statements that a query answers. */
async function carryOut(runner: QueryRunner, query: string): Promise<void> {
  const rows = (await runner.query(query)) as { text: string }[];
  if (rows.length) await runner.query(rows.map(({ text }) => text).join(';\n'));
}
