-- How keepers write an event.

-- For keepers alone: writes the event for an audience already decided, and closes the actor's own loop up to here.
create or replace function hub.write_event(
  event_kind text,
  referral hub.referral,
  subject jsonb,
  parties uuid[],
  disclosed text[]
)
returns uuid
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  written hub.event;
begin
  if cardinality(parties) = 0 then
    return null;
  end if;
  insert into hub.event
    (kind, referral_id, reference, actor_id, service_id, contact_id, measurement_id, audience, disclosures)
  values
    (
      event_kind,
      referral.id,
      referral.reference,
      case
        when hub.viewer_is_organisation() then hub.viewer_party()
      end,
      (subject ->> 'service')::uuid,
      (subject ->> 'contact')::uuid,
      (subject ->> 'measurement')::uuid,
      parties,
      disclosed
    )
  returning *
  into written;
  insert into hub.outbox_pending (ordinal) values (written.ordinal);
  -- A domain action closes the actor's own loop up to here.
  update hub.party_feed as f
  set
    acted_at = hub.clock(),
    seen_at = coalesce(f.seen_at, hub.clock()),
    delivered_at = coalesce(f.delivered_at, hub.clock())
  where f.referral_id = referral.id and f.party = hub.viewer_party() and f.acted_at is null;
  return written.id;
end;
$$;
alter function hub.write_event owner to loopwell_keeper;

-- For keepers alone: tells the audience that the rules name.
create or replace function hub.tell(event_kind text, referral hub.referral, subject jsonb default '{}')
returns uuid
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    hub.write_event(
      event_kind,
      referral,
      subject,
      coalesce(array_agg(a.party), '{}'),
      coalesce(array_agg(a.disclosure), '{}')
    )
  from hub.event_audience(event_kind, referral, subject) as a;
$$;
alter function hub.tell owner to loopwell_keeper;

-- For keepers alone: tells these parties alone, as far as they take part now, each at its disclosure.
create or replace function hub.tell_parties(event_kind text, referral hub.referral, named uuid[])
returns uuid
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    hub.write_event(
      event_kind,
      referral,
      '{}',
      coalesce(array_agg(p.party_id order by p.party_id), '{}'),
      coalesce(array_agg(p.disclosure order by p.party_id), '{}')
    )
  from hub.referral_party as p
  where p.referral_id = referral.id and p.ended_at is null and p.party_id = any (named);
$$;
alter function hub.tell_parties owner to loopwell_keeper;

-- For keepers alone: tells the audience except the actor, and names the actor only where that party is known in the
-- referral.
create or replace function hub.write_quietly(event_kind text, about hub.referral)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  written uuid;
begin
  written := hub.tell_parties(
    event_kind,
    about,
    array(
      select a.party
      from hub.event_audience(event_kind, about, '{}') as a
      where event_kind != 'SOURCE_RECORD_CHANGED' or a.party is distinct from hub.viewer_party()
    )
  );
  update hub.event as e set actor_id = null where e.id = written and not e.actor_id = any (about.party_ids);
end;
$$;
alter function hub.write_quietly owner to loopwell_keeper;

-- For keepers alone: news of the directory, about no referral and no person, to the networks of the organisation.
create or replace function hub.write_news(event_kind text, of_organisation uuid, service uuid, programme uuid)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  parties uuid[] := hub.network_parties(of_organisation);
  written uuid;
begin
  written := hub.write_event(
    event_kind,
    null,
    jsonb_strip_nulls(jsonb_build_object('service', service)),
    parties,
    array_fill('FULL'::text, array[cardinality(parties)])
  );
  if programme is not null then
    update hub.event as e set programme_id = programme where e.id = written;
  end if;
end;
$$;
alter function hub.write_news owner to loopwell_keeper;
