-- Programmes and their published parameters.

-- The programme of a service; without one, the receiver's that ran on that day.
create or replace function hub.programme_of(service uuid, receiver uuid, on_day date)
returns uuid
language sql
stable
parallel safe
as $$
  select
    coalesce(
      (
        select p.programme_id
        from
          hub.service as s
          join hub.programme_service as p on p.organisation_id = s.organisation_id and p.external_id = s.external_id
        where s.id = service
      ),
      (
        select p.id
        from hub.programme as p
        where
          p.organisation_id = receiver
          and on_day between coalesce(p.starts_on, on_day) and coalesce(p.ends_on, on_day)
        order by p.key
        limit 1
      )
    );
$$;
grant execute on function hub.programme_of to loopwell_api, loopwell_guard, loopwell_keeper;

-- Writes down whom a programme is for. It runs as its caller: the keeper below, or the operator who loads a network's
-- file.
create or replace function hub.add_rules(parameters uuid, rules jsonb)
returns void
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  insert into hub.programme_rule (parameters_id, position, kind, excludes, minimum, maximum, one_of, wording)
  select
    parameters,
    n.position,
    n.rule ->> 'kind',
    coalesce((n.rule ->> 'excludes')::boolean, false),
    (n.rule ->> 'minimum')::double precision,
    (n.rule ->> 'maximum')::double precision,
    hub.texts(n.rule -> 'oneOf'),
    n.rule ->> 'wording'
  from
    jsonb_array_elements(
      case
        when jsonb_typeof(rules) = 'array' then rules
        else '[]'
      end
    ) with ordinality as n (rule, position);
$$;
grant execute on function hub.add_rules to loopwell_api, loopwell_keeper;

-- A new version of a programme's parameters, whole. {"stale": …} where another version came since the caller read.
create or replace function hub.publish_parameters(target uuid, input jsonb)
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.viewer_party();
  programme hub.programme;
  published uuid;
begin
  if not hub.viewer_is_organisation() then
    raise exception 'not for this viewer' using errcode = 'LW403';
  elseif not hub.viewer_hears_network() then
    raise exception 'no sharing agreement' using errcode = 'LW451';
  end if;
  select p.* into programme from hub.programme as p where p.id = target for no key update;
  if not found then
    raise exception 'no such programme' using errcode = 'LW404';
  end if;
  if
    programme.organisation_id != viewer
    and not (hub.viewer_sector() = 'COMMISSIONER' and viewer = any (hub.network_parties(programme.organisation_id)))
  then
    raise exception 'only who runs or commissions it publishes its parameters' using errcode = 'LW403';
  end if;
  if (input ->> 'version')::integer != programme.parameters_version + 1 then
    return jsonb_build_object('stale', programme.parameters_version);
  end if;
  insert into hub.programme_parameters
    (programme_id, version, published_by, planned_days, maximum_contacts, response_days, would_not_benefit, note)
  values
    (
      target,
      (input ->> 'version')::integer,
      viewer,
      (input ->> 'plannedDays')::integer,
      (input ->> 'maximumContacts')::integer,
      (input ->> 'responseDays')::integer,
      input ->> 'wouldNotBenefit',
      input ->> 'note'
    )
  returning id
  into published;
  perform hub.add_rules(published, input -> 'rules');
  update hub.programme as p set parameters_version = (input ->> 'version')::integer where p.id = target;
  -- another length may put a planned finish beyond the funding
  update hub.funding_watch as w
  set due = true
  from hub.referral as r
  where
    r.id = w.referral_id
    and w.warned_at is null
    and hub.programme_of(r.service_id, r.receiver_id, hub.day_of(r.received_at)) = target;
  perform hub.write_news('SERVICE_PARAMETERS_CHANGED', programme.organisation_id, null, target);
  return '{}';
end;
$$;
alter function hub.publish_parameters owner to loopwell_keeper;
grant execute on function hub.publish_parameters to loopwell_api;
