-- What a service can take.

-- A provider says what its own service can take; its networks hear of a change.
create or replace function hub.update_capacity(target uuid, change jsonb)
returns void
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  before hub.service;
  after hub.service;
begin
  select s.* into before from hub.service as s where s.id = target for no key update;
  if not found then
    raise exception 'no such service' using errcode = 'LW404';
  end if;
  if before.organisation_id != viewer then
    raise exception 'only who offers a service says what it can take' using errcode = 'LW403';
  end if;
  update hub.service as s
  set
    paused = coalesce((change ->> 'paused')::boolean, s.paused),
    places_left = case
      when change ? 'placesLeft' then (change ->> 'placesLeft')::integer
      else s.places_left
    end,
    waiting_list_length = case
      when change ? 'waitingListLength' then (change ->> 'waitingListLength')::integer
      else s.waiting_list_length
    end
  where s.id = target
  returning s.*
  into after;
  if change ?| array['fundedPlaces', 'volunteers'] then
    insert into hub.service_load as l (service_id, organisation_id, funded_places, volunteers)
    values (target, viewer, (change ->> 'fundedPlaces')::integer, (change ->> 'volunteers')::integer)
    on conflict (service_id) do update
      set
        funded_places = case
          when change ? 'fundedPlaces' then excluded.funded_places
          else l.funded_places
        end,
        volunteers = case
          when change ? 'volunteers' then excluded.volunteers
          else l.volunteers
        end;
  end if;
  if
    (before.paused, before.places_left, before.waiting_list_length) is distinct from (
      after.paused,
      after.places_left,
      after.waiting_list_length
    )
  then
    perform hub.write_news('CAPACITY_CHANGED', viewer, target, null);
  end if;
end;
$$;
alter function hub.update_capacity owner to loopwell_keeper;
grant execute on function hub.update_capacity to loopwell_api;
