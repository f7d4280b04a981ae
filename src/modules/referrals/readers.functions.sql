-- Who reads what hangs on a referral: kept in arrays on the rows, so that row security compares and never joins.

-- For keepers alone: fills the readers of a referral, its parties and all that hangs on it, from its parties as they
-- stand.
create or replace function hub.fold_referral(referral uuid)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  live uuid[];
  full_parties uuid[];
  writers uuid[];
  child hub.referral_child;
begin
  select
    coalesce(array_agg(party_id order by party_id), '{}'),
    coalesce(array_agg(party_id order by party_id) filter (where disclosure = 'FULL'), '{}')
  into live, full_parties
  from hub.referral_party as p
  where p.referral_id = referral and p.ended_at is null and not p.is_person and p.disclosure != 'CRISIS';
  update hub.referral as r
  set
    party_ids = live,
    full_party_ids = full_parties,
    writer_ids = array(
      select p.party_id
      from hub.referral_party as p
      where
        p.referral_id = referral
        and p.party_id = r.receiver_id
        and p.ended_at is null
        and p.disclosure in ('FULL', 'OWN_SERVICE')
    )
    where r.id = referral
  returning r.writer_ids
  into writers;
  update hub.referral_party as p
  set reader_ids = case
    when p.is_person then '{}'
    else array(
      select distinct
        unnest(
          full_parties || p.party_id || case
            when p.party_id = r.receiver_id
            and r.referrer_id = any (live) then array[r.referrer_id]
          end
        )
    )
  end
  from hub.referral as r
  where r.id = referral and p.referral_id = referral;
  -- the author of an entry keeps reading it, also after its access has ended
  for child in select * from hub.referral_child loop
    execute
      format(
        'update %s c set party_ids = array(select distinct unnest($1 || c.organisation_id)) where c.referral_id = $2',
        child.relation
      )
    using
      case child.readers
        when 'LIVE' then live
        when 'SUPPORT' then full_parties || writers
        else full_parties
      end,
      referral;
  end loop;
  update hub.note as n
  set party_ids = array(
    select distinct
      unnest(
        full_parties || n.organisation_id || array(
          select a.id from unnest(n.addressee_ids || n.addressee_id) as a (id) where a.id = any (live)
        )
      )
  )
  where n.referral_id = referral;
  update hub.consent as n
  set party_ids = array(select distinct unnest(full_parties || n.recorded_by)) where n.referral_id = referral;
  update hub.outcome as o set party_ids = live where o.referral_id = referral;
end;
$$;
alter function hub.fold_referral owner to loopwell_keeper;

-- Trigger: a new entry takes its readers from the referral as its writer sees it. A writer who cannot see the referral
-- inserts nothing, and a hidden referral and an absent one fail alike. The argument: FULL, SUPPORT or LIVE, as in
-- hub.referral_child.
create or replace function hub.seed_child()
returns trigger
language plpgsql
as $$
declare
  entry jsonb := to_jsonb(new);
begin
  -- What goes with a referral is for its receiver; a message is for the parties that it names.
  select
    case tg_argv[0]
      when 'LIVE' then r.party_ids
      when 'SUPPORT' then array(select distinct unnest(r.full_party_ids || r.writer_ids))
      else r.full_party_ids
    end || array(
      select a.id from unnest(r.writer_ids) as a (id) where a.id = (entry ->> 'addressee_id')::uuid
    ) || array(select a.id from unnest(r.party_ids) as a (id) where entry -> 'addressee_ids' ? a.id::text)
    into new.party_ids
  from hub.referral as r
  where r.id = new.referral_id;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  new.party_ids := array(select distinct unnest(new.party_ids || new.organisation_id));
  return new;
end;
$$;
