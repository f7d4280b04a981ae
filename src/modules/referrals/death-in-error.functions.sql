-- A death that was recorded in error is taken back.

-- Takes a death back: by the organisation that recorded it, or by general practice. What it had closed goes on from
-- where it stood, waiting list included: no person is to lose a place by another's slip. The parties that heard of the
-- end hear that support is resumed; the person had heard nothing, and hears nothing. What her receiver can no longer
-- take up, or she has withdrawn since, stays closed.
create or replace function hub.void_death(target uuid, why text)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  wrong hub.death;
  entry jsonb;
begin
  select r.* into about from hub.referral as r where r.id = target and viewer = any (r.party_ids);
  perform hub.lock_life(about.person_id);
  select d.*
  into wrong
  from hub.death as d
  where
    d.person_id = about.person_id
    and (d.recorded_in_error_at is null or d.closed @> jsonb_build_array(jsonb_build_object('referral', target)))
  order by d.recorded_in_error_at desc nulls first
  limit 1;
  if
    wrong.recorded_by is distinct from viewer
    and not (
      hub.viewer_sector() = 'PRIMARY_CARE'
      and exists (select from hub.referral as r where r.person_id = wrong.person_id and hub.may_report_life_change(r))
    )
  then
    -- of a death that did not close what it sees, this party is to know nothing
    raise exception 'no death for this party to take back'
      using
        errcode = case
          when wrong.closed @> jsonb_build_array(jsonb_build_object('referral', target)) then 'LW403'
          else 'LW404'
        end;
  elseif wrong.recorded_in_error_at is not null then
    return target;
  end if;
  update hub.death as d
  set
    recorded_in_error_at = hub.clock(),
    recorded_in_error_by = viewer,
    recorded_in_error_reason = why
  where d.id = wrong.id;
  for entry in select e from jsonb_array_elements(wrong.closed) as e loop
    select r.* into about from hub.referral as r where r.id = (entry ->> 'referral')::uuid for no key update;
    if
      about.status = 'CLOSED'
      and about.receiver_id = any (about.party_ids)
      and exists (select from hub.organisation as o where o.id = about.receiver_id and o.closed_on is null)
      and not exists (select from hub.consent as c where c.referral_id = about.id and c.withdrawn_at >= wrong.at)
    then
      delete from hub.outcome as o where o.referral_id = about.id;
      update hub.referral as r
      set
        status = entry ->> 'status',
        waiting_since = (entry ->> 'waitingSince')::timestamptz,
        link_worker_id = (select p.id from hub.practitioner as p where p.id = r.link_worker_id and p.left_on is null)
      where r.id = about.id
      returning r.*
      into about;
      perform hub.write_quietly('SUPPORT_RESUMED', about);
    else
      update hub.outcome as o
      set
        result = 'OTHER',
        summary = 'Closed for a death that was recorded in error.'
      where o.referral_id = about.id;
    end if;
  end loop;
  update hub.referral_party as p set ended_at = null where p.is_person and p.party_id = wrong.person_id;
  return target;
end;
$$;
alter function hub.void_death owner to loopwell_keeper;
grant execute on function hub.void_death to loopwell_api;
