-- An entry made in error is marked by its author, visibly and with a reason, and kept. What is counted leaves it out.
set local role loopwell_owner;
alter table hub.contact add column recorded_in_error_reason text;
alter table hub.measurement add column recorded_in_error_at timestamptz, add column recorded_in_error_reason text;
alter table hub.choice add column recorded_in_error_at timestamptz, add column recorded_in_error_reason text;
alter table hub.note add column recorded_in_error_at timestamptz, add column recorded_in_error_reason text;

-- Marks it; a second time changes nothing. Gives the referral it hangs on. Raises no event: the feed shows an entry as it is today.
create function hub.void_entry(kind text, entry uuid, why text) returns uuid
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  referral uuid;
  author uuid;
begin
  if kind not in ('contact', 'measurement', 'choice', 'note') then
    raise exception 'no such entry' using errcode = 'LW404';
  end if;
  execute format('select e.referral_id, e.organisation_id from hub.%I e where e.id = $1 and $2 = any (e.party_ids)', kind)
    into referral, author using entry, viewer;
  if referral is null then
    raise exception 'no such entry' using errcode = 'LW404';
  elsif author <> viewer then
    raise exception 'only its author voids an entry' using errcode = 'LW403';
  end if;
  execute format('update hub.%I e set recorded_in_error_at = hub.clock(), recorded_in_error_reason = $2
    where e.id = $1 and e.recorded_in_error_at is null', kind) using entry, why;
  return referral;
end $$;
alter function hub.void_entry owner to loopwell_keeper;
grant execute on function hub.void_entry to loopwell_api;

create or replace view graph.contact as
  select c.id, c.referral_id, c.at, c.attendance, c.minutes, c.mode, c.barriers, c.organisation_id, c.practitioner_id, c.note, c.recorded_in_error_at,
    c.recorded_in_error_reason
  from hub.contact c;
create or replace view graph.measurement as
  select m.id, m.referral_id, m.instrument, m.occasion, m.score, m.taken_on, m.organisation_id, m.recorded_in_error_at, m.recorded_in_error_reason
  from hub.measurement m;
create or replace view graph.choice as
  select c.id, c.ordinal, c.referral_id, c.service_id, c.decision, c.why, c.at, c.organisation_id, c.recorded_in_error_at, c.recorded_in_error_reason
  from hub.choice c;
create or replace view graph.note as
  select n.id, n.referral_id, n.text, n.at, n.organisation_id, n.recorded_in_error_at, n.recorded_in_error_reason from hub.note n;
reset role;
