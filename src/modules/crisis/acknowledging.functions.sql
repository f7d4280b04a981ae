-- A clinician has it.

-- A clinician of the practice has it. Said again it changes nothing: the first to say so stands.
create or replace function hub.acknowledge_escalation(target uuid, note text)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  raised hub.escalation;
begin
  select *
  into raised
  from hub.escalation as e
  where
    e.id = target
    and (
      viewer in (e.practice_id, e.organisation_id)
      or exists (select from hub.referral as r where r.id = e.referral_id and viewer = any (r.full_party_ids))
    )
  for no key update;
  if not found then
    raise exception 'no such escalation' using errcode = 'LW404';
  elseif viewer != raised.practice_id or hub.viewer_practitioner() is null then
    raise exception 'for a clinician of the practice' using errcode = 'LW403';
  end if;
  if raised.acknowledged_at is null then
    update hub.escalation as e
    set
      acknowledged_at = hub.clock(),
      acknowledged_by = hub.viewer_practitioner(),
      acknowledgement = nullif(trim(note), '')
    where e.id = target;
    update hub.party_feed as f
    set
      acted_at = hub.clock(),
      seen_at = coalesce(f.seen_at, hub.clock()),
      delivered_at = coalesce(f.delivered_at, hub.clock())
    where f.referral_id = raised.referral_id and f.party = viewer and f.acted_at is null;
  end if;
  return target;
end;
$$;
alter function hub.acknowledge_escalation owner to loopwell_keeper;
grant execute on function hub.acknowledge_escalation to loopwell_api;
