-- Whether the person is ready for what she was referred to, and what must be adjusted; how long she has waited; and what is hidden
-- of all this, to whom.
set local role loopwell_owner;

create table hub.preparation (
  id uuid primary key default gen_random_uuid(),
  ordinal bigint generated always as identity,
  referral_id uuid not null references hub.referral,
  kind text not null check (kind in ('PHYSICAL', 'PSYCHOLOGICAL', 'SOCIAL')),
  ready boolean not null,
  adjustments text,
  at timestamptz not null default hub.clock(),
  organisation_id uuid not null references hub.organisation,
  party_ids uuid[] not null default '{}'
);
create index preparation_referral on hub.preparation (referral_id, at, ordinal);
call hub.hang_on_referral('hub.preparation', 'SUPPORT');
-- whoever referred on prepares the person for it, before and beside the one who will receive her
drop policy writers on hub.preparation;
create policy writers on hub.preparation for insert to loopwell_api with check (organisation_id = (select hub.viewer_party())
  and exists (select from hub.referral r where r.id = referral_id and (select hub.viewer_party()) = any (r.writer_ids || r.full_party_ids)));
grant insert (referral_id, kind, ready, adjustments, at, organisation_id) on hub.preparation to loopwell_api;
create view graph.preparation as
  select p.id, p.ordinal, p.referral_id, p.kind, p.ready, p.adjustments, p.at, p.organisation_id from hub.preparation p;
alter view graph.preparation owner to loopwell_guard;

create index referral_waiting on hub.referral (receiver_id, waiting_since, id) where status = 'WAITING';
create or replace view graph.referral as
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
    r.id as outcome_id,
    case when v.disclosure <> 'STAGE' then extract(day from hub.clock() - r.waiting_since)::integer end as waiting_days,
    case when r.status = 'WAITING' and v.party = any (r.writer_ids) then (
      select count(*)::integer from hub.referral w
      where w.receiver_id = r.receiver_id and w.status = 'WAITING' and w.service_id is not distinct from r.service_id
        and (w.waiting_since, w.id) <= (r.waiting_since, r.id)) end as waiting_position,
    case when v.disclosure = 'FULL' then r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED')
      and (coalesce(r.review_at <= hub.clock(), false) or coalesce(r.review_contacts <= (
        select count(*) from hub.contact c where c.referral_id = r.id and c.attendance = 'ATTENDED' and c.recorded_in_error_at is null), false))
      end as review_due
  from hub.referral r cross join lateral (
    select (select hub.viewer_party()) as party,
      case when (select hub.viewer_party()) = any (r.full_party_ids) then 'FULL'
        when (select hub.viewer_party()) = any (r.writer_ids) then 'OWN_SERVICE' else 'STAGE' end as disclosure,
      -- the referrer and the registered practice hear more than others at STAGE
      (select hub.viewer_party()) in (r.root_referrer_id, r.referrer_id, coalesce(r.practice_id, r.referrer_id)) as known
  ) v;
create or replace view graph.referral_list as
  select p.received_at as listed_at, p.updated_at as listed_updated_at, coalesce(p.waiting_since, 'infinity'::timestamptz) as listed_waiting_since, p.roles as listed_roles, r.*
  from hub.referral_party p join graph.referral r on r.id = p.referral_id
  where p.party_id = (select hub.viewer_party()) and p.ended_at is null;
-- its own column stood last
drop view graph.open_loop;
create view graph.open_loop as
  select coalesce(receiver.sent_at, referrer.sent_at) as open_since, l.*
  from graph.referral_list l join hub.referral r on r.id = l.id
  left join lateral hub.loop_state(r.id, r.receiver_id) receiver
    on r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') and receiver.acted_at is null
  left join lateral hub.loop_state(r.id, r.referrer_id) referrer on r.status = 'CLOSED' and referrer.seen_at is null
  where coalesce(receiver.sent_at, referrer.sent_at) is not null;
alter view graph.open_loop owner to loopwell_guard;

create or replace view graph.redaction as
  select g.id as referral_id, f.position, f.field, f.reason
  from graph.referral g join hub.referral r on r.id = g.id cross join lateral (values
    (1, 'person', 'Only your own records of this person are shown.', g.disclosure = 'STAGE'),
    (2, 'reasons', 'Reasons go to the referrer and the registered practice at this disclosure.', g.disclosure = 'STAGE' and g.referrer_id is null),
    (3, 'route', 'The route is not part of what this party may know.', g.route is null),
    (4, 'waitingSince', 'Waits are shown to those who provide the support.', g.disclosure = 'STAGE'),
    (5, 'contacts', 'Only entries your organisation wrote are shown.', g.disclosure <> 'FULL'),
    (6, 'measurements', 'Only entries your organisation wrote are shown.', g.disclosure <> 'FULL'),
    (7, 'notes', 'Only entries your organisation wrote, or that are addressed to it, are shown.', g.disclosure <> 'FULL'),
    -- at OWN_SERVICE the viewer is the receiver, who alone writes an outcome: nothing of it is kept from it
    (8, 'outcome.summary', 'The summary is shown to its author and those with full disclosure.', g.disclosure = 'STAGE'),
    (9, 'receiver', 'Shown to the parties of this referral itself.', g.receiver_id is null),
    (10, 'service', 'Shown to the parties of this referral itself.', g.receiver_id is null),
    (11, 'linkWorker', 'Shown to the parties of this referral itself.', g.receiver_id is null),
    (12, 'referrer', 'Shown to the referrer, the registered practice and those who provide the support.', g.referrer_id is null),
    (13, 'decline', 'Shown to the referrer, the registered practice and those who provide the support.', g.referrer_id is null),
    (14, 'outcome.selfManagementPlan', 'Shown to the referrer, the registered practice and those who provide the support.', g.referrer_id is null),
    (15, 'outcome.contacts', 'Shown to those who provide the support.', g.disclosure = 'STAGE'),
    (16, 'plan', 'Shown to the referrer, the registered practice and those who provide the support.', g.referrer_id is null),
    (17, 'choices', 'Only entries your organisation wrote are shown.', g.disclosure <> 'FULL'),
    (18, 'preparation', 'Shown to those who provide the support.', g.disclosure = 'STAGE'),
    (19, 'waitingDays', 'Waits are shown to those who provide the support.', g.disclosure = 'STAGE'),
    (20, 'waitingPosition', 'The place on a waiting list is shown to whoever keeps the list.', not (select hub.viewer_party()) = any (r.writer_ids)),
    (21, 'reviewDue', 'Reviews are for those with full disclosure.', g.disclosure <> 'FULL'),
    (22, 'extensions', 'Only entries your organisation wrote are shown.', g.disclosure <> 'FULL')
  ) f (position, field, reason, applies) where f.applies;
reset role;
set local role loopwell_guard;
grant select on graph.preparation, graph.open_loop to loopwell_api;
reset role;
