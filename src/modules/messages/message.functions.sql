-- Messages between the parties of a referral.

-- For keepers alone: the parties of a referral that this viewer may know by name.
create or replace function hub.known_parties(about hub.referral)
returns uuid[]
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select coalesce(array_agg(p.party_id), '{}')
  from hub.referral_party as p
  where
    p.referral_id = about.id
    and p.ended_at is null
    and not p.is_person
    and p.disclosure != 'CRISIS'
    and p.party_id != hub.viewer_party()
    and (
      hub.viewer_party() = any (p.reader_ids)
      or p.party_id = about.referrer_id
      and hub.viewer_party() = any (about.writer_ids || array[about.root_referrer_id, about.practice_id])
    );
$$;
alter function hub.known_parties owner to loopwell_keeper;

-- For keepers alone: whom a message is for. Where no party is named, the receiver writes to its referrer, and every
-- other party to those who support the person as a whole, and to the provider where they may know who that is. A
-- provider is not to learn from a message who else takes part.
create or replace function hub.addressees(about hub.referral, named uuid[])
returns uuid[]
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select coalesce(array_agg(p.party_id), '{}')
  from hub.referral_party as p
  where
    p.referral_id = about.id
    and p.ended_at is null
    and not p.is_person
    and p.disclosure != 'CRISIS'
    and p.party_id != hub.viewer_party()
    and case
      when named is not null then p.party_id = any (named)
      when hub.viewer_party() = about.receiver_id then p.party_id = about.referrer_id
      else p.disclosure = 'FULL'
      or p.party_id = about.receiver_id
      and hub.viewer_party() = any (p.reader_ids)
    end;
$$;
alter function hub.addressees owner to loopwell_keeper;

-- Posts it: {"unknown": n} where the nth named is no party that this viewer may know of here, {"note": null} where
-- there is no party to write to.
create or replace function hub.post_message(target uuid, words text, named uuid[])
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  unknown integer;
  recipients uuid[];
  posted uuid;
begin
  select r.* into about from hub.referral as r where r.id = target and viewer = any (r.party_ids) for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elseif about.status = 'WITHDRAWN' then
    raise exception 'withdrawn' using errcode = 'LW410';
  end if;
  select min(n.place) - 1
  into unknown
  from unnest(named) with ordinality as n (id, place)
  where n.id != all (hub.known_parties(about));
  if unknown is not null then
    return jsonb_build_object('unknown', unknown);
  end if;
  recipients := hub.addressees(about, named);
  if recipients != '{}' then
    insert into hub.note (referral_id, text, organisation_id, addressee_ids)
    values (target, words, viewer, recipients)
    returning id
    into posted;
    perform hub.tell_parties('MESSAGE_POSTED', about, recipients);
  end if;
  return jsonb_build_object('note', posted);
end;
$$;
alter function hub.post_message owner to loopwell_keeper;
grant execute on function hub.post_message to loopwell_api;

-- Who would read it: those it is for, and as of every note those with FULL disclosure; of them the ones that this
-- viewer may know by name.
create or replace function hub.message_audience(target uuid, named uuid[])
returns setof uuid
language plpgsql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  about hub.referral;
  known uuid[];
begin
  if not hub.viewer_has_agreement() then
    return;
  end if;
  select r.*
  into about
  from hub.referral as r
  where r.id = target and hub.viewer_party() = any (r.party_ids) and r.status != 'WITHDRAWN';
  known := hub.known_parties(about);
  if about.id is null or not named <@ known then
    return;
  end if;
  return query select o.id
    from hub.organisation as o
    where o.id = any (known) and (o.id = any (hub.addressees(about, named)) or o.id = any (about.full_party_ids))
    order by o.name, o.id;
end;
$$;
alter function hub.message_audience owner to loopwell_keeper;
grant execute on function hub.message_audience to loopwell_api;
