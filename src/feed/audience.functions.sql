-- Who hears of an event.

-- The parties that hear of an event of this kind on this referral, each with its disclosure, as the referral stands
-- now. A set by construction: one row a party.
create or replace function hub.event_audience(event_kind text, referral hub.referral, subject jsonb)
returns table (party uuid, disclosure text)
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select p.party_id, p.disclosure
  from hub.referral_party as p
  where
    p.referral_id = referral.id
    and p.ended_at is null
    and exists (
      select
      from hub.event_rule as r
      where
        r.kind = event_kind
        and r.role = any (p.roles)
        and case r.condition
          when 'RECEIVER_OR_ROOT' then referral.parent_id is null
          or p.party_id = referral.receiver_id
          when 'NOT_RECEIVER' then p.party_id != referral.receiver_id
          when 'SECOND_MISS' then hub.missed_contacts(referral.id) >= 2
          and exists (
            select
            from hub.contact as c
            where c.id = (subject ->> 'contact')::uuid and c.attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND')
          )
          when 'SUBJECT' then p.party_id = (subject ->> 'organisation')::uuid
          else true
        end
    )
  order by p.party_id;
$$;
alter function hub.event_audience owner to loopwell_keeper;

-- For keepers alone: the parties of a referral that are in this role now.
create or replace function hub.parties_in_role(referral uuid, role text)
returns uuid[]
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select coalesce(array_agg(p.party_id), '{}')
  from hub.referral_party as p
  where p.referral_id = referral and p.ended_at is null and role = any (p.roles);
$$;
alter function hub.parties_in_role owner to loopwell_keeper;

-- For keepers alone: the organisations with an agreement in a network of this organisation.
create or replace function hub.network_parties(of_organisation uuid)
returns uuid[]
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select coalesce(array_agg(distinct a.organisation_id), '{}')
  from
    hub.network_member as m
    join hub.sharing_agreement as a on a.network_id = m.network_id
  where m.organisation_id = of_organisation and hub.today() between a.valid_from and a.valid_to;
$$;
alter function hub.network_parties owner to loopwell_keeper;
