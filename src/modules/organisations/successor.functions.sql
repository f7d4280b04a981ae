-- Where an organisation is named, and how its successor takes that place.

-- For keepers alone: every column that names an organisation, from the catalogue, so that a new table is not forgotten.
-- An agreement is its own organisation's, and a referral is handed over as a whole: those two are left out.
create or replace function hub.organisation_columns()
returns table (relation regclass, named_in text)
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select c.conrelid::regclass, a.attname::text
  from
    pg_constraint as c
    join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
  where
    c.contype = 'f'
    and c.confrelid = 'hub.organisation'::regclass
    and c.conrelid not in ('hub.sharing_agreement'::regclass, 'hub.referral'::regclass)
  order by 1, 2;
$$;
alter function hub.organisation_columns owner to loopwell_keeper;

-- For keepers alone: does the person keep this organisation out, in general or anywhere?
create or replace function hub.person_keeps_out(person uuid, organisation uuid)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    exists (
      select
      from hub.consent as c
      where c.person_id = person and c.withdrawn_at is null and organisation = any (c.exclude)
    );
$$;
alter function hub.person_keeps_out owner to loopwell_keeper;

-- For keepers alone: the successor takes the ended organisation's place in one column. With a referral: in the rows
-- that hang on it. Without: in the rows that hang on none, save those of a person who keeps the successor out. A row
-- that the successor has already stands, and the ended organisation's equal one stays behind.
create or replace function hub.put_successor(
  relation regclass,
  named_in text,
  ending uuid,
  successor uuid,
  referral uuid
)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  columns text[] := array(
    select a.attname::text
    from pg_attribute as a
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
  );
  whose text := 'true';
  place tid;
begin
  if referral is not null and not 'referral_id' = any (columns) then
    return;
  elseif referral is not null then
    whose := 't.referral_id = $3';
  else
    if 'referral_id' = any (columns) then
      whose := 't.referral_id is null';
    end if;
    if 'person_id' = any (columns) then
      whose := whose || ' and not hub.person_keeps_out(t.person_id, $2)';
    end if;
  end if;
  begin
    execute format('update %s t set %I = $2 where t.%I = $1 and %s', relation, named_in, named_in, whose)
    using ending, successor, referral;
  exception when unique_violation then
    for place in execute
      format('select t.ctid from %s t where t.%I = $1 and %s', relation, named_in, whose)
      using ending, successor, referral loop
      begin
        execute format('update %s t set %I = $1 where t.ctid = $2', relation, named_in)
        using successor, place;
      exception when unique_violation then
        continue;
      end;
    end loop;
  end;
end;
$$;
alter function hub.put_successor owner to loopwell_keeper;
