-- What was asked for where no referral was made. Keys and nothing else: no person stands in these rows.

-- Counts a signpost to a service. A text of the caller's own could name a person, so reasons are keys.
create or replace function hub.record_signpost(service uuid, reasons text[], route text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
begin
  if not exists (select from hub.service as s where s.id = record_signpost.service) then
    raise exception 'no such service' using errcode = 'LW404';
  end if;
  -- keys and nothing else: a text of the caller's own could name a person
  if record_signpost.reasons = '{}' or not record_signpost.reasons <@ array(select r.key from hub.reason as r) then
    raise exception 'no such reason' using errcode = 'LW404';
  end if;
  insert into hub.signpost (service_id, reasons, route, organisation_id)
  values (record_signpost.service, record_signpost.reasons, record_signpost.route, viewer);
end;
$$;
alter function hub.record_signpost owner to loopwell_keeper;
grant execute on function hub.record_signpost to loopwell_api;

-- Counts a need that no service meets, for each network of the viewer.
create or replace function hub.log_unmet_need(reasons text[], district text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
begin
  insert into hub.unmet_need (network_id, reason, district)
  select m.network_id, r.key, log_unmet_need.district
  from
    hub.network_member as m
    cross join hub.reason as r
  where m.organisation_id = viewer and r.key = any (log_unmet_need.reasons);
end;
$$;
alter function hub.log_unmet_need owner to loopwell_keeper;
grant execute on function hub.log_unmet_need to loopwell_api;
