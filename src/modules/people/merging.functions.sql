-- Two identities are merged, or separated again. A human decides; a merge keeps a list of what it moved.

-- Every table that names a person and has rows of its own id. A person's place among the parties goes with the
-- referral.
create or replace function hub.person_columns()
returns table (relation regclass, person_column text)
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select c.conrelid::regclass, a.attname::text
  from
    pg_constraint as c
    join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
  where
    c.contype = 'f'
    and c.confrelid = 'hub.person'::regclass
    and c.conrelid not in ('hub.match_review'::regclass, 'hub.person_merge'::regclass)
  order by 1, 2;
$$;
alter function hub.person_columns owner to loopwell_keeper;

-- Merges two identities, or separates them again, at the operator's word. A party that read a record before reads it
-- after, and nothing else.
create or replace function hub.decide_review(review uuid, verdict text)
returns text
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
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
  select * into pair from hub.match_review as r where r.id = review for no key update;
  if not found then
    raise exception 'no such review' using errcode = 'LW404';
  end if;
  if pair.decision is not distinct from verdict then
    return verdict;
  end if;
  if verdict = 'MERGED' then
    -- the identity that was known first stands; where it has itself been merged since, the one it went to
    kept := pair.candidate_id;
    while exists (select from hub.person_merge as m where m.merged_id = kept and m.undone_at is null) loop
      select m.kept_id into kept from hub.person_merge as m where m.merged_id = kept and m.undone_at is null;
    end loop;
    if
      kept = pair.person_id
      or exists (select from hub.person_merge as m where m.merged_id = pair.person_id and m.undone_at is null)
    then
      raise exception 'one of the two has been merged already: separate that first' using errcode = 'LW409';
    end if;
    for place in select * from hub.person_columns() loop
      execute
        format(
          'with moved as (update %s set %I = $1 where %I = $2 returning id) select array_agg(id) from moved',
          place.relation,
          place.person_column,
          place.person_column
        )
      into ids
      using kept, pair.person_id;
      moved := moved || jsonb_build_object(place.relation || ' ' || place.person_column, to_jsonb(coalesce(ids, '{}')));
    end loop;
    update hub.referral_party as p set party_id = kept where p.is_person and p.party_id = pair.person_id;
    insert into hub.person_merge (review_id, kept_id, merged_id, moved) values (review, kept, pair.person_id, moved);
  else
    select * into merge from hub.person_merge as m where m.review_id = review and m.undone_at is null;
    for place in select * from hub.person_columns() where merge.id is not null loop
      execute format('update %s set %I = $1 where id = any ($2)', place.relation, place.person_column)
      using merge.merged_id, coalesce(hub.uuids(merge.moved -> (place.relation || ' ' || place.person_column)), '{}');
    end loop;
    update hub.referral_party as p
    set party_id = merge.merged_id
    from hub.referral as r
    where r.id = p.referral_id and r.person_id = merge.merged_id and p.is_person and p.party_id = merge.kept_id;
    update hub.person_merge as m set undone_at = hub.clock() where m.id = merge.id;
    kept := merge.kept_id;
  end if;
  perform hub.fold_person(pair.person_id);
  perform hub.fold_person(kept) where kept is not null;
  update hub.match_review as r
  set
    decision = verdict,
    decided_at = hub.clock()
  where r.id = review;
  return verdict;
end;
$$;
alter function hub.decide_review owner to loopwell_keeper;
grant execute on function hub.decide_review to loopwell_api;
