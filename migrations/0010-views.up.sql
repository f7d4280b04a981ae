-- What a viewer reads: one view a GraphQL type, owned by the guard, so that row security asks who the viewer is and each
-- column is redacted here, once. Views that begin with an owner's name (organisation_service) serve lists of that owner.
set local role loopwell_owner;

-- Directory
create view graph.organisation as select o.id, o.name, o.sector, o.receives_referrals from hub.organisation o;
create view graph.organisation_identifier as select i.organisation_id, i.system, i.value from hub.organisation_identifier i;
create view graph.network as select n.id, n.name, n.kind, n.key from hub.network n;
create view graph.network_member as
  select m.network_id, o.id, o.name, o.sector, o.receives_referrals from hub.network_member m join hub.organisation o on o.id = m.organisation_id;
create view graph.organisation_network as
  select m.organisation_id, n.id, n.name, n.kind, n.key from hub.network_member m join hub.network n on n.id = m.network_id;
create view graph.practitioner as select p.id, p.name, p.job_title, p.organisation_id, p.external_id from hub.practitioner p;
create view graph.service as
  select s.id, s.name, s.description, s.organisation_id, s.categories, s.accepting_referrals and s.active as accepting_referrals, s.places_left,
    s.waiting_list_length, s.eligibility, s.costs, s.languages, s.assured_on,
    -- an assurance older than a year is not to be relied on
    coalesce(s.assured_on < hub.clock()::date - 365, true) as stale,
    s.funding_ends_on, s.green, s.minimum_age, s.maximum_age, s.areas, s.accessibility, s.latitude, s.longitude, s.active, s.external_id
  -- one that is closed stays: referrals made to it still name it
  from hub.service s;
create view graph.referral_reason as select r.position, r.key, r.label, r.snomed_code from hub.reason r;
create view graph.referral_route as select r.position, r.key, r.label from hub.route r;
create view graph.instrument as
  select i.key as id, i.position, i.key, i.label, i.minimum, i.maximum, i.items, i.higher_is_better, i.scored, i.licence from hub.instrument i;
create view graph.instrument_item as
  select i.instrument, i.position, i.key, i.label, i.minimum, i.maximum, i.higher_is_better from hub.instrument_item i;

-- People: each value is the preferred one among the records this viewer may see. Preferred: verified, then primary care,
-- community, social care, voluntary; then the newest.
create view graph.preferred_record as
  select s.*, row_number() over (partition by s.person_id order by s.nhs_number_verified desc,
    array_position(array['PRIMARY_CARE', 'COMMUNITY_SERVICES', 'SOCIAL_CARE', 'VOLUNTARY'], s.sector), s.received_at desc, s.id) as rank
  from hub.source_record s where s.demographic and not s.superseded;
create view graph.person as
  select p.id,
    nullif(trim(concat(d.given_name, ' ', d.family_name)), '') as name, d.birth_date,
    -- the one rule that goes by sector: a number never reaches a voluntary organisation
    case when (select hub.viewer_sector()) <> 'VOLUNTARY' then d.nhs_number end as nhs_number,
    split_part(d.postcode, ' ', 1) as postcode_district,
    d.practice_id as registered_practice_id,
    coalesce(d.needs, '{}') as needs,
    d.contact_points
  from hub.person p left join lateral (
    select (array_agg(s.given_name order by s.rank) filter (where s.given_name is not null))[1] as given_name,
      (array_agg(s.family_name order by s.rank) filter (where s.family_name is not null))[1] as family_name,
      (array_agg(s.birth_date order by s.rank) filter (where s.birth_date is not null))[1] as birth_date,
      (array_agg(s.nhs_number order by s.rank) filter (where s.nhs_number is not null))[1] as nhs_number,
      (array_agg(s.postcode order by s.rank) filter (where s.postcode is not null))[1] as postcode,
      (array_agg(s.practice_id order by s.rank) filter (where s.practice_id is not null))[1] as practice_id,
      (array_agg(s.contact_points order by s.rank) filter (where s.contact_points <> '[]'))[1] as contact_points,
      hub.texts((array_agg(to_jsonb(s.needs) order by s.rank) filter (where s.needs <> '{}'))[1]) as needs
    from graph.preferred_record s where s.person_id = p.id
  ) d on true;
-- A person who signed in is shown herself beside `viewer`, and no row anywhere else.
create view graph.own_person as
  select hub.viewer_party() as id, nullif(o.name, '') as name, o.birth_date, o.nhs_number, split_part(o.postcode, ' ', 1) as postcode_district,
    null::uuid as registered_practice_id, '{}'::text[] as needs, null::jsonb as contact_points
  from hub.own_demographics() o where hub.viewer_is_person();
-- Its columns are made before they are joined to (offset 0): a condition that still held the settings could use no index under
-- row security.
create view graph.viewer as
  select v.* from (
    select hub.viewer_party() as id, case when hub.viewer_is_organisation() then hub.viewer_party() end as organisation_id,
      hub.viewer_practitioner() as practitioner_id, case when hub.viewer_is_person() then hub.viewer_party() end as person_id,
      coalesce(string_to_array(nullif(current_setting('app.roles', true), ''), ','), '{}') as roles,
      hub.viewer_sector() as sector, nullif(current_setting('app.purpose', true), '') as purpose,
      nullif(current_setting('app.expires', true), '')::timestamptz as token_expires_at
    offset 0) v;
create view graph.person_number as
  select s.person_id, s.nhs_number from hub.source_record s
  where s.nhs_number is not null and not s.superseded and (select hub.viewer_sector()) <> 'VOLUNTARY';
create view graph.contact_point as
  select p.id as person_id, c.position::integer, c.point ->> 'system' as system, c.point ->> 'value' as value,
    coalesce((c.point ->> 'safe')::boolean, false) as safe, c.point ->> 'note' as note
  from graph.person p cross join lateral jsonb_array_elements(p.contact_points) with ordinality c (point, position)
  where c.point ->> 'system' is not null and c.point ->> 'value' is not null;
create view graph.person_redaction as
  select p.id as person_id, 1 as position, 'nhsNumber' as field, 'An NHS number is never shown to a voluntary organisation.' as reason
  from hub.person p where (select hub.viewer_sector()) = 'VOLUNTARY';
create view graph.source_record as
  select s.id, s.person_id, s.sector, s.organisation_id, s.system,
    -- a sender may use the number as its own id: kept to find the record again, never shown to a voluntary organisation
    case when (select hub.viewer_sector()) is distinct from 'VOLUNTARY' then s.external_id
      else regexp_replace(s.external_id, '(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])', '[number removed]', 'g') end as external_id,
    s.kind, s.summary, s.attendance, s.occurred_at, s.received_at
  from hub.source_record s where not s.superseded;

-- Referrals, redacted by disclosure: FULL and OWN_SERVICE stand in the row's own arrays, everybody else has STAGE.
create view graph.referral as
  select r.id, r.reference, r.version, r.kind, r.status, v.disclosure, r.person_id,
    array(select t.action from hub.transition t where t.from_status = r.status
      and hub.may_move(t.who, r.writer_ids, r.referrer_id, r.full_party_ids, r.root_referrer_id, r.practice_id) order by t.position) as allowed_actions,
    case when v.disclosure = 'FULL' or v.party = r.root_referrer_id then r.route end as route,
    case when v.disclosure <> 'STAGE' or v.known then r.reasons else '{}' end as reasons,
    case when v.disclosure <> 'STAGE' or v.known then r.referrer_id end as referrer_id,
    case when v.disclosure <> 'STAGE' or v.party = r.referrer_id then r.receiver_id end as receiver_id,
    case when v.disclosure <> 'STAGE' or v.party = r.referrer_id then r.link_worker_id end as link_worker_id,
    case when v.disclosure <> 'STAGE' or v.party = r.referrer_id then r.service_id end as service_id,
    r.parent_id, r.received_at, r.updated_at,
    case when v.disclosure <> 'STAGE' then r.waiting_since end as waiting_since,
    case when r.decline_reason is not null and (v.disclosure <> 'STAGE' or v.known) then r.id end as decline_id,
    r.id as outcome_id
  from hub.referral r cross join lateral (
    select (select hub.viewer_party()) as party,
      case when (select hub.viewer_party()) = any (r.full_party_ids) then 'FULL'
        when (select hub.viewer_party()) = any (r.writer_ids) then 'OWN_SERVICE' else 'STAGE' end as disclosure,
      -- the referrer and the registered practice hear more than others at STAGE
      (select hub.viewer_party()) in (r.root_referrer_id, r.referrer_id, coalesce(r.practice_id, r.referrer_id)) as known
  ) v;
-- A viewer's list: driven from its party rows, sorted by their copies.
create view graph.referral_list as
  select p.received_at as listed_at, p.updated_at as listed_updated_at, coalesce(p.waiting_since, 'infinity'::timestamptz) as listed_waiting_since, p.roles as listed_roles, r.*
  from hub.referral_party p join graph.referral r on r.id = p.referral_id
  where p.party_id = (select hub.viewer_party()) and p.ended_at is null;
create view graph.referral_reason_of as
  select r.id as referral_id, n.position::integer, v.key, v.label, v.snomed_code
  from graph.referral r cross join lateral unnest(r.reasons) with ordinality n (key, position) join hub.reason v on v.key = n.key;
create view graph.decline as
  select g.id, r.decline_reason as reason, r.decline_at as at from graph.referral g join hub.referral r on r.id = g.id
  where g.decline_id is not null and r.decline_at is not null;
create view graph.outcome as
  select o.referral_id as id, o.result,
    case when g.disclosure = 'FULL' or o.organisation_id = (select hub.viewer_party()) then o.summary end as summary,
    case when g.disclosure <> 'STAGE' or (select hub.viewer_party()) in (r.root_referrer_id, r.referrer_id, r.practice_id) then o.self_management_plan end as self_management_plan,
    o.plan_declined, o.closed_at,
    case when g.disclosure = 'FULL' or o.organisation_id = (select hub.viewer_party()) then
      (select count(*)::integer from hub.contact c where c.referral_id = o.referral_id and c.recorded_in_error_at is null) end as contacts
  from hub.outcome o join hub.referral r on r.id = o.referral_id join graph.referral g on g.id = o.referral_id;
create view graph.contact as
  select c.id, c.referral_id, c.at, c.attendance, c.minutes, c.mode, c.barriers, c.organisation_id, c.practitioner_id, c.note, c.recorded_in_error_at
  from hub.contact c;
create view graph.measurement as
  select m.id, m.referral_id, m.instrument, m.occasion, m.score, m.taken_on, m.organisation_id from hub.measurement m;
create view graph.measurement_item as
  select m.id as measurement_id, i.position, i.key, i.label, (m.items ->> i.key)::double precision as value, i.higher_is_better
  -- looked up for each measurement (offset 0): a join would read every instrument's items for it
  from hub.measurement m cross join lateral
    (select i.* from hub.instrument_item i where i.instrument = m.instrument and m.items ? i.key offset 0) i;
create view graph.note as select n.id, n.referral_id, n.text, n.at, n.organisation_id from hub.note n;

create view graph.redaction as
  select g.id as referral_id, f.position, f.field, f.reason
  from graph.referral g join hub.referral r on r.id = g.id cross join lateral (values
    (1, 'person', 'Only your own records of this person are shown.', g.disclosure = 'STAGE'),
    (2, 'reasons', 'Reasons go to the referrer and the registered practice at this disclosure.', g.disclosure = 'STAGE' and g.referrer_id is null),
    (3, 'route', 'The route is not part of what this party may know.', g.route is null),
    (4, 'waitingSince', 'Waits are shown to those who provide the support.', g.disclosure = 'STAGE'),
    (5, 'contacts', 'Only entries your organisation wrote are shown.', g.disclosure <> 'FULL'),
    (6, 'measurements', 'Only entries your organisation wrote are shown.', g.disclosure <> 'FULL'),
    (7, 'notes', 'Only entries your organisation wrote are shown.', g.disclosure <> 'FULL'),
    -- at OWN_SERVICE the viewer is the receiver, who alone writes an outcome: nothing of it is kept from it
    (8, 'outcome.summary', 'The summary is shown to its author and those with full disclosure.', g.disclosure = 'STAGE'),
    (9, 'receiver', 'Shown to the parties of this referral itself.', g.receiver_id is null),
    (10, 'service', 'Shown to the parties of this referral itself.', g.receiver_id is null),
    (11, 'linkWorker', 'Shown to the parties of this referral itself.', g.receiver_id is null),
    (12, 'referrer', 'Shown to the referrer, the registered practice and those who provide the support.', g.referrer_id is null),
    (13, 'decline', 'Shown to the referrer, the registered practice and those who provide the support.', g.referrer_id is null),
    (14, 'outcome.selfManagementPlan', 'Shown to the referrer, the registered practice and those who provide the support.', g.referrer_id is null),
    (15, 'outcome.contacts', 'Shown to those who provide the support.', g.disclosure = 'STAGE')
  ) f (position, field, reason, applies) where f.applies;

create view graph.consent as
  select c.id, c.person_id, c.given_by, c.given_at, c.share_with, c.categories, c.purpose, c.referral_id, c.expires_on, c.withdrawn_at, c.created_at
  from hub.consent c;
create view graph.consent_recipient as
  select c.id as consent_id, n.position::integer, o.id, o.name, o.sector, o.receives_referrals
  from hub.consent c cross join lateral unnest(c.recipients) with ordinality n (organisation_id, position) join hub.organisation o on o.id = n.organisation_id;

-- The loop: one's own entry; every entry at FULL; a referrer also its receiver's. Persons have no ledger.
create view graph.loop_entry as
  select p.referral_id, p.party_id as organisation_id, array_remove(p.roles, 'PERSON') as roles,
    case when p.ended_at is not null then 'ENDED' else p.disclosure end as disclosure, f.sent_at, f.delivered_at, f.seen_at, f.acted_at
  from hub.referral_party p left join lateral hub.loop_state(p.referral_id, p.party_id) f on true
  where not p.is_person and exists (select from hub.referral r where r.id = p.referral_id);

-- One's own feed, re-read through today's eyes. Where access has ended: its place, its reference, and nothing else.
create view graph.feed_entry as
  select f.seq, e.id as event_id, e.occurred_at, e.reference,
    case when live.ok then e.kind else 'ACCESS_ENDED' end as kind,
    case when live.ok then live.disclosure else 'ENDED' end as disclosure,
    -- at STAGE the actor of somebody else's referral would name a provider the viewer is not to know
    case when live.ok and (live.disclosure <> 'STAGE' or e.actor_id = f.party
      or exists (select from hub.referral r where r.id = f.referral_id and r.referrer_id = f.party)) then e.actor_id end as actor_id,
    case when live.ok then e.referral_id end as referral_id,
    case when live.ok and live.disclosure <> 'STAGE' then e.service_id end as service_id,
    case when live.ok then e.contact_id end as contact_id,
    case when live.ok then e.measurement_id end as measurement_id,
    f.delivered_at, f.seen_at, f.acted_at, sha256(convert_to(e.id::text, 'UTF8')) as event_hash
  from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal
  left join hub.referral_party p on p.referral_id = f.referral_id and p.party_id = f.party
  cross join lateral (
    select e.kind <> 'ACCESS_ENDED' and (select hub.viewer_has_agreement()) and (f.referral_id is null or p.ended_at is null and p.party_id is not null) as ok,
      coalesce(p.disclosure, f.disclosure) as disclosure) live
  where f.party = (select hub.viewer_party()) and (select hub.viewer_is_organisation());
create view graph.feed_head as
  select h.last_seq, h.floor_seq, h.floor_hash from hub.feed_head h where h.party = (select hub.viewer_party()) and (select hub.viewer_is_organisation());
-- What stands at a place, which proves a cursor, and tells nothing that access could end.
create view graph.feed_place as
  select f.seq, sha256(convert_to(e.id::text, 'UTF8')) as event_hash
  from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal
  where f.party = (select hub.viewer_party()) and (select hub.viewer_is_organisation());
-- Sent and not acted on by the receiver, or closed and not seen by the referrer: by the newest entry of each. A party learns of
-- an open loop only where the loop itself would show it that entry.
create view graph.open_loop as
  select l.*, coalesce(receiver.sent_at, referrer.sent_at) as open_since
  from graph.referral_list l join hub.referral r on r.id = l.id
  left join lateral hub.loop_state(r.id, r.receiver_id) receiver
    on r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') and receiver.acted_at is null
  left join lateral hub.loop_state(r.id, r.referrer_id) referrer on r.status = 'CLOSED' and referrer.seen_at is null
  where coalesce(receiver.sent_at, referrer.sent_at) is not null;

create view graph.quarantine as
  select q.id, q.file, q.line, q.field, q.reason, q.raw, q.at, q.resolved_at, i.format from hub.quarantine q join hub.inbox i on i.id = q.inbox_id;
grant select on hub.inbox, hub.quarantine to loopwell_guard;

-- Where a compiled read meets what only the plain executor can answer by the specification, it stops here and runs there.
create function graph.run_plain() returns text language plpgsql volatile as $$
begin
  raise exception 'run plain' using errcode = 'LW500';
end $$;
grant execute on function graph.run_plain() to loopwell_api, loopwell_guard;

do $$
declare
  reading record;
begin
  for reading in select c.oid::regclass as name from pg_class c where c.relnamespace = 'graph'::regnamespace and c.relkind = 'v' loop
    execute format('alter view %s owner to loopwell_guard', reading.name);
  end loop;
end $$;
grant execute on function hub.texts to loopwell_guard, loopwell_api;
reset role;
set local role loopwell_guard;
grant select on all tables in schema graph to loopwell_api;
-- pieces of views: no one reads them alone
revoke select on graph.preferred_record from loopwell_api;
reset role;
