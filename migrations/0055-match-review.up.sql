-- Pairs that may be one person, and who decides: a human, never a score. A merge moves what hangs on one identity to the other and
-- keeps a list of it, so that it can be undone. Whoever read a record before reads it after, and nothing else.
set local role loopwell_owner;
alter table hub.match_review add column decision text check (decision in ('MERGED', 'SEPARATE'));

create table hub.person_merge (
  id uuid primary key default gen_random_uuid(),
  review_id uuid not null references hub.match_review,
  kept_id uuid not null references hub.person,
  merged_id uuid not null references hub.person,
  at timestamptz not null default hub.clock(),
  undone_at timestamptz,
  -- table to the ids of its rows that were moved
  moved jsonb not null
);
call hub.protect('hub.person_merge');

-- For keepers alone: do two identities agree in a value? Says so and never the value: the operator reads nobody's records.
create function hub.agreement(one text[], other text[]) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when one = '{}' or other = '{}' then 'not known of both' when one && other then 'same' else 'differs' end
$$;
alter function hub.agreement owner to loopwell_keeper;

create function hub.match_reviews() returns table (id uuid, at timestamptz, reason text, decision text, nhs_number text, family_name text, given_name text,
  birth_date text, postcode text, senders text, others text) language plpgsql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  return query
  with said as (
    select s.person_id, array_remove(array_agg(distinct s.nhs_number), null) as numbers, array_remove(array_agg(distinct lower(s.family_name)), null) as families,
      array_remove(array_agg(distinct lower(s.given_name)), null) as givens, array_remove(array_agg(distinct s.birth_date::text), null) as births,
      array_remove(array_agg(distinct s.postcode), null) as postcodes, string_agg(distinct o.name, ', ') as organisations
    from hub.source_record s join hub.organisation o on o.id = s.organisation_id
    where s.person_id in (select unnest(array[r.person_id, r.candidate_id]) from hub.match_review r) group by s.person_id
  )
  select r.id, r.at, r.reason, r.decision, hub.agreement(a.numbers, b.numbers), hub.agreement(a.families, b.families), hub.agreement(a.givens, b.givens),
    hub.agreement(a.births, b.births), hub.agreement(a.postcodes, b.postcodes), a.organisations, b.organisations
  from hub.match_review r left join said a on a.person_id = r.person_id left join said b on b.person_id = r.candidate_id
  order by r.decided_at nulls first, r.at, r.id;
end $$;
alter function hub.match_reviews owner to loopwell_keeper;

-- Every table that names a person and has rows of its own id. A person's place among the parties goes with the referral.
create function hub.person_columns() returns table (relation regclass, person_column text) language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select c.conrelid::regclass, a.attname::text from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
  where c.contype = 'f' and c.confrelid = 'hub.person'::regclass and c.conrelid not in ('hub.match_review'::regclass, 'hub.person_merge'::regclass)
  order by 1, 2
$$;
alter function hub.person_columns owner to loopwell_keeper;

create function hub.decide_review(review uuid, verdict text) returns text language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  pair hub.match_review;
  merge hub.person_merge;
  place record;
  ids uuid[];
  moved jsonb := '{}';
  kept uuid;
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  select * into pair from hub.match_review r where r.id = review for no key update;
  if not found then
    raise exception 'no such review' using errcode = 'LW404';
  end if;
  if pair.decision is not distinct from verdict then
    return verdict;
  end if;
  if verdict = 'MERGED' then
    -- the identity that was known first stands; where it has itself been merged since, the one it went to
    kept := pair.candidate_id;
    while exists (select from hub.person_merge m where m.merged_id = kept and m.undone_at is null) loop
      select m.kept_id into kept from hub.person_merge m where m.merged_id = kept and m.undone_at is null;
    end loop;
    if kept = pair.person_id or exists (select from hub.person_merge m where m.merged_id = pair.person_id and m.undone_at is null) then
      raise exception 'one of the two has been merged already: separate that first' using errcode = 'LW409';
    end if;
    for place in select * from hub.person_columns() loop
      execute format('with moving as (update %s set %I = $1 where %I = $2 returning id) select coalesce(array_agg(id), ''{}'') from moving',
        place.relation, place.person_column, place.person_column) into ids using kept, pair.person_id;
      moved := moved || jsonb_build_object(place.relation || ' ' || place.person_column, to_jsonb(ids));
    end loop;
    update hub.referral_party p set party_id = kept where p.is_person and p.party_id = pair.person_id;
    insert into hub.person_merge (review_id, kept_id, merged_id, moved) values (review, kept, pair.person_id, moved);
  else
    select * into merge from hub.person_merge m where m.review_id = review and m.undone_at is null;
    for place in select * from hub.person_columns() where merge.id is not null loop
      execute format('update %s set %I = $1 where id = any ($2)', place.relation, place.person_column)
        using merge.merged_id, coalesce(hub.uuids(merge.moved -> (place.relation || ' ' || place.person_column)), '{}');
    end loop;
    update hub.referral_party p set party_id = merge.merged_id from hub.referral r
    where r.id = p.referral_id and r.person_id = merge.merged_id and p.is_person and p.party_id = merge.kept_id;
    update hub.person_merge m set undone_at = hub.clock() where m.id = merge.id;
    kept := merge.kept_id;
  end if;
  perform hub.fold_person(pair.person_id);
  perform hub.fold_person(kept) where kept is not null;
  update hub.match_review r set decision = verdict, decided_at = hub.clock() where r.id = review;
  return verdict;
end $$;
alter function hub.decide_review owner to loopwell_keeper;
grant execute on function hub.match_reviews, hub.decide_review to loopwell_api;
reset role;
