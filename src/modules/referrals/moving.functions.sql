-- How a referral moves from state to state.

-- A referral, locked, as it then stands for this viewer, with where each action would take it. No row where the viewer
-- sees none. It runs as its caller.
create or replace function hub.lock_referral(target uuid)
returns table (
  id uuid,
  status text,
  version integer,
  disclosure text,
  allowed_actions text[],
  person_id uuid,
  writer boolean,
  assignment integer,
  targets jsonb,
  open boolean,
  under_way boolean
)
language plpgsql
as $$
begin
  perform from hub.referral as r where r.id = target for no key update;
  return query select
      g.id,
      g.status,
      g.version,
      g.disclosure,
      g.allowed_actions,
      g.person_id,
      hub.viewer_party() = any (r.writer_ids),
      r.assignment,
      (select jsonb_object_agg(t.action, t.to_status) from hub.transition as t where t.from_status = g.status),
      hub.is_open(g.status),
      hub.is_under_way(g.status)
    from
      graph.referral as g
      join hub.referral as r on r.id = g.id
    where g.id = target;
end;
$$;
grant execute on function hub.lock_referral to loopwell_api;

-- Moves a referral and tells of it. It runs as its caller.
create or replace function hub.move_referral(target uuid, to_status text, why text, event text)
returns void
language plpgsql
as $$
begin
  update hub.referral as r
  set
    status = to_status,
    decline_reason = why
  where r.id = target;
  perform hub.append_event(event, target);
end;
$$;
grant execute on function hub.move_referral to loopwell_api;
