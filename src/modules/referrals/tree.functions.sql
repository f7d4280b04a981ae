-- A referral and what follows from it.

-- For keepers alone: a referral and all its descendants.
create or replace function hub.with_descendants(referral uuid)
returns setof uuid
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  with recursive
    tree as (
      select r.id from hub.referral as r where r.id = referral
      union all
      select r.id
      from
        hub.referral as r
        join tree as t on r.parent_id = t.id
    )
  select t.id
  from tree as t;
$$;
alter function hub.with_descendants owner to loopwell_keeper;
