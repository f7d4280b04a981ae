-- The state machine of a referral.

-- Is a referral in this status open? The one list of open statuses: those that a move leads out of.
create or replace function hub.is_open(status text)
returns boolean
language sql
immutable
parallel safe
as $$
  select status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED');
$$;
grant execute on function hub.is_open to loopwell_api, loopwell_guard, loopwell_keeper;

-- Is a referral in this status open and accepted, so that its receiver works on it?
create or replace function hub.is_under_way(status text)
returns boolean
language sql
immutable
parallel safe
as $$
  select status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED');
$$;
grant execute on function hub.is_under_way to loopwell_api, loopwell_guard, loopwell_keeper;

-- May the viewer make a move of this kind? RECEIVER its receiver, REFERRER who sent it, PARTY any party on the person's
-- word.
create or replace function hub.may_move(
  who text,
  writer_ids uuid[],
  referrer_id uuid,
  full_party_ids uuid[],
  root_referrer_id uuid,
  practice_id uuid
)
returns boolean
language sql
stable
parallel safe
as $$
  select
    case who
      when 'RECEIVER' then hub.viewer_party() = any (writer_ids)
      when 'REFERRER' then hub.viewer_party() = referrer_id
      else hub.viewer_party() = any (writer_ids || full_party_ids)
      or hub.viewer_party() in (referrer_id, root_referrer_id, practice_id)
    end;
$$;
grant execute on function hub.may_move to loopwell_api, loopwell_guard, loopwell_keeper;

-- Trigger: the state machine, where no code path can forget it. Parties move as hub.transition says. Keepers may also
-- close from every open state and take a closing back: a death asks neither for a plan nor for an answer.
create or replace function hub.check_move()
returns trigger
language plpgsql
as $$
declare
  viewer uuid := hub.viewer_party();
  keeper boolean := current_user in ('loopwell_keeper', 'loopwell_owner');
  move hub.transition;
begin
  if keeper then
    null; -- a keeper function has checked its viewer already; the move itself is checked below
  elseif new.link_worker_id is distinct from old.link_worker_id then
    if not viewer = any (old.writer_ids) then
      raise exception 'only its receiver assigns a referral' using errcode = 'LW403';
    end if;
  elseif new.status = old.status then
    raise exception 'nothing to change' using errcode = 'LW403';
  end if;
  if new.link_worker_id is distinct from old.link_worker_id then
    new.assignment := old.assignment + 1;
  end if;
  if new.status != old.status then
    select * into move from hub.transition as t where t.from_status = old.status and t.to_status = new.status;
    if not found and not (keeper and (old.status = 'RECEIVED' and new.status = 'CLOSED' or old.status = 'CLOSED')) then
      raise exception 'no transition from % to %', old.status, new.status using errcode = 'LW409';
    end if;
    if
      not keeper
      and (
        not hub.may_move(
          move.who,
          old.writer_ids,
          old.referrer_id,
          old.full_party_ids,
          old.root_referrer_id,
          old.practice_id
        )
        -- withdrawing ends access, which is the keepers' to do
        or new.status = 'WITHDRAWN'
      )
    then
      raise exception 'this party may not move the referral so' using errcode = 'LW403';
    end if;
    new.version := old.version + 1;
    new.updated_at := hub.clock();
    if new.status = 'WAITING' and old.status != 'CLOSED' then
      new.waiting_since := hub.clock();
    elseif new.status in ('ACTIVE', 'CLOSED', 'CANCELLED', 'WITHDRAWN') then
      new.waiting_since := null;
    end if;
    if new.status in ('DECLINED', 'CANCELLED') then
      new.decline_at := hub.clock();
    end if;
  end if;
  return new;
end;
$$;

-- Trigger: lists sort by the parties' own copies of the times.
create or replace function hub.copy_to_parties()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  update hub.referral_party as p
  set
    updated_at = new.updated_at,
    waiting_since = case
      when p.disclosure = 'STAGE' then null
      else new.waiting_since
    end
  where p.referral_id = new.id;
  return null;
end;
$$;
alter function hub.copy_to_parties owner to loopwell_keeper;
