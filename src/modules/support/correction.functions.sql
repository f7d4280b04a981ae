-- Entries made in error are marked, and kept.

-- Marks an entry at its author's word; a second time changes nothing. Answers the referral it hangs on. It raises no
-- event: the feed shows an entry as it is today.
create or replace function hub.void_entry(kind text, entry uuid, why text)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  referral uuid;
  author uuid;
begin
  if kind not in ('contact', 'measurement', 'choice', 'note') then
    raise exception 'no such entry' using errcode = 'LW404';
  end if;
  execute
    format('select e.referral_id, e.organisation_id from hub.%I e where e.id = $1 and $2 = any (e.party_ids)', kind)
  into referral, author
  using entry, viewer;
  if referral is null then
    raise exception 'no such entry' using errcode = 'LW404';
  elseif author != viewer then
    raise exception 'only its author voids an entry' using errcode = 'LW403';
  end if;
  execute
    format(
      'update hub.%I e set recorded_in_error_at = hub.clock(), recorded_in_error_reason = $2
    where e.id = $1 and e.recorded_in_error_at is null',
      kind
    )
  using entry, why;
  return referral;
end;
$$;
alter function hub.void_entry owner to loopwell_keeper;
grant execute on function hub.void_entry to loopwell_api;
