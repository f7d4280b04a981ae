-- Link-worker support is meant to take 6 to 12 contacts over three months ("Top tips: social prescribing in general practice",
-- Guidelines in Practice, 2021). At the twelfth contact, and after ninety days, its link worker is asked whether it should go on;
-- a reasoned extension moves what is asked for next.
set local role loopwell_owner;

alter table hub.referral add column review_contacts integer, add column review_at timestamptz,
  -- that the link worker was told, once a threshold
  add column contacts_flagged_at timestamptz, add column days_flagged_at timestamptz;
create index referral_review on hub.referral (review_at)
  where days_flagged_at is null and status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED');

create function hub.set_review() returns trigger language plpgsql as $$
begin
  new.review_contacts := 12;
  new.review_at := hub.clock() + interval '90 days';
  return new;
end $$;
create trigger set_review before update of status on hub.referral for each row
  when (new.status = 'ACCEPTED' and old.status = 'RECEIVED' and new.kind = 'LINK_WORKER') execute function hub.set_review();
-- what was accepted before this: from then on
update hub.referral r set review_contacts = 12, review_at = e.accepted_at + interval '90 days'
from (select e.referral_id, min(e.occurred_at) as accepted_at from hub.event e where e.kind = 'REFERRAL_ACCEPTED' group by 1) e
where e.referral_id = r.id and r.kind = 'LINK_WORKER';

create table hub.extension (
  id uuid primary key default gen_random_uuid(),
  ordinal bigint generated always as identity,
  referral_id uuid not null references hub.referral,
  reason text not null,
  contacts integer check (contacts > 0),
  until date,
  at timestamptz not null default hub.clock(),
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}',
  check (contacts is not null or until is not null)
);
create index extension_referral on hub.extension (referral_id, ordinal);
-- written by extend_support alone: with the row goes a change of the referral
call hub.hang_on_referral('hub.extension');

create function hub.attended_contacts(referral uuid) returns bigint language sql stable set search_path = pg_catalog, hub, pg_temp as $$
  select count(*) from hub.contact c where c.referral_id = referral and c.attendance = 'ATTENDED' and c.recorded_in_error_at is null
$$;
alter function hub.attended_contacts owner to loopwell_keeper;

-- After a contact took place: the link worker hears once that so many have.
create function hub.review_contacts(target uuid) returns void language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
begin
  update hub.referral r set contacts_flagged_at = hub.clock()
  where r.id = target and viewer = any (r.writer_ids) and r.contacts_flagged_at is null and hub.attended_contacts(r.id) >= r.review_contacts;
  if found then
    perform hub.append_event('REVIEW_DUE', target);
  end if;
end $$;
alter function hub.review_contacts owner to loopwell_keeper;
grant execute on function hub.review_contacts to loopwell_api;

create function hub.extend_support(target uuid, why text, contacts integer, until date) returns uuid
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  viewer uuid := hub.require_organisation();
  extension uuid;
begin
  -- A threshold that was passed and is not set anew is answered by the extension: it asks no more.
  update hub.referral r set
    review_contacts = coalesce(extend_support.contacts, case when hub.attended_contacts(r.id) < r.review_contacts then r.review_contacts end),
    contacts_flagged_at = case when extend_support.contacts is null then r.contacts_flagged_at end,
    review_at = coalesce((extend_support.until + 1)::timestamptz, case when r.review_at > hub.clock() then r.review_at end),
    days_flagged_at = case when extend_support.until is null then r.days_flagged_at end
  where r.id = target and viewer = any (r.writer_ids);
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  insert into hub.extension (referral_id, reason, contacts, until, organisation_id)
  values (target, why, extend_support.contacts, extend_support.until, viewer) returning id into extension;
  return extension;
end $$;
alter function hub.extend_support owner to loopwell_keeper;
grant execute on function hub.extend_support to loopwell_api;

-- The clock: support that has gone on past its day.
create function hub.review_due() returns integer language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  about hub.referral;
  parties uuid[];
  disclosed text[];
  told integer := 0;
begin
  for about in
    select r.* from hub.referral r
    where r.review_at <= hub.clock() and r.days_flagged_at is null and r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED')
    order by r.review_at limit 100 for no key update skip locked
  loop
    update hub.referral r set days_flagged_at = hub.clock() where r.id = about.id;
    select coalesce(array_agg(a.party), '{}'), coalesce(array_agg(a.disclosure), '{}') into parties, disclosed
    from hub.event_audience('REVIEW_DUE', about, '{}') a;
    perform hub.write_event('REVIEW_DUE', about, '{}', parties, disclosed);
    told := told + 1;
  end loop;
  return told;
end $$;
alter function hub.review_due owner to loopwell_keeper;
insert into hub.clock_job (position, name) values (20, 'review_due');

create view graph.extension as
  select e.id, e.ordinal, e.referral_id, e.reason, e.contacts, e.until, e.at, e.organisation_id from hub.extension e;
alter view graph.extension owner to loopwell_guard;
reset role;
set local role loopwell_guard;
grant select on graph.extension to loopwell_api;
reset role;
