-- Funding that ends before a planned finish. Nothing falls due by itself, so most seconds the clock finds nothing.

-- Trigger: a referral to a service is watched once it is accepted.
create or replace function hub.watch_accepted()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  insert into hub.funding_watch (referral_id, accepted_on) values (new.id, hub.today()) on conflict do nothing;
  return null;
end;
$$;
alter function hub.watch_accepted owner to loopwell_keeper;

-- Trigger: a service's referrals are looked at again when its funding changes.
create or replace function hub.watch_funding()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  update hub.funding_watch as w
  set due = true
  from hub.referral as r
  where r.id = w.referral_id and r.service_id = new.id and w.warned_at is null;
  return null;
end;
$$;
alter function hub.watch_funding owner to loopwell_keeper;

-- Clock: tells the link worker once where funding ends before the planned finish (the programme's length from
-- acceptance, else 90 days).
create or replace function hub.warn_of_funding()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  about hub.referral;
  looked_at integer := 0;
begin
  for about in select r.*
  from
    hub.funding_watch as w
    join hub.referral as r on r.id = w.referral_id
  where w.due
  order by r.id
  limit 100
  for no key update of r skip locked loop
    update hub.funding_watch as w
    set
      due = false,
      warned_at = case
        when hub.is_under_way(about.status)
        and s.funding_ends_on < w.accepted_on + coalesce(
          (
            select c.planned_days
            from
              hub.programme as p
              join hub.programme_parameters as c on c.programme_id = p.id and c.version = p.parameters_version
            where p.id = hub.programme_of(about.service_id, about.receiver_id, hub.day_of(about.received_at))
          ),
          90
        ) then hub.clock()
      end
    from hub.service as s
    where w.referral_id = about.id and s.id = about.service_id and w.warned_at is null;
    if
      found
      and exists (select from hub.funding_watch as w where w.referral_id = about.id and w.warned_at is not null)
    then
      perform hub.tell('FUNDING_ENDING', about, jsonb_build_object('service', about.service_id));
    end if;
    looked_at := looked_at + 1;
  end loop;
  return looked_at;
end;
$$;
alter function hub.warn_of_funding owner to loopwell_keeper;
