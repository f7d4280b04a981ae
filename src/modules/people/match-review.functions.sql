-- Pairs that may be one person. A human decides, never a score; a merge keeps a list of what it moved, so that it can
-- be undone.

-- For keepers alone: do two identities agree in a value? It says so and never the value, because the operator reads no
-- person's record.
create or replace function hub.agreement(one text[], other text[])
returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select
    case
      when one = '{}'
      or other = '{}' then 'not known of both'
      when one && other then 'same'
      else 'differs'
    end;
$$;
alter function hub.agreement owner to loopwell_keeper;

-- The pairs to review, for the operator: in what they agree, and who sent their records.
create or replace function hub.match_reviews()
returns table (
  id uuid,
  at timestamptz,
  reason text,
  decision text,
  nhs_number text,
  family_name text,
  given_name text,
  birth_date text,
  postcode text,
  senders text,
  others text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  return query with
      said as (
        select
          s.person_id,
          array_remove(array_agg(distinct s.nhs_number), null) as numbers,
          array_remove(array_agg(distinct lower(s.family_name)), null) as families,
          array_remove(array_agg(distinct lower(s.given_name)), null) as givens,
          array_remove(array_agg(distinct s.birth_date::text), null) as births,
          array_remove(array_agg(distinct s.postcode), null) as postcodes,
          string_agg(distinct o.name, ', ') as organisations
        from
          hub.source_record as s
          join hub.organisation as o on o.id = s.organisation_id
        where s.person_id in (select unnest(array[r.person_id, r.candidate_id]) from hub.match_review as r)
        group by s.person_id
      )
    select
      r.id,
      r.at,
      r.reason,
      r.decision,
      hub.agreement(a.numbers, b.numbers),
      hub.agreement(a.families, b.families),
      hub.agreement(a.givens, b.givens),
      hub.agreement(a.births, b.births),
      hub.agreement(a.postcodes, b.postcodes),
      a.organisations,
      b.organisations
    from
      hub.match_review as r
      left join said as a on a.person_id = r.person_id
      left join said as b on b.person_id = r.candidate_id
    order by r.decided_at nulls first, r.at, r.id;
end;
$$;
alter function hub.match_reviews owner to loopwell_keeper;
grant execute on function hub.match_reviews to loopwell_api;
