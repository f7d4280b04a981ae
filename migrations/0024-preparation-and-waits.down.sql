set local role loopwell_owner;
-- graph.plan reads none of these: what came before this stays
drop view graph.open_loop, graph.redaction, graph.outcome, graph.decline, graph.referral_reason_of, graph.referral_list, graph.referral;
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
create view graph.open_loop as
  select l.*, coalesce(receiver.sent_at, referrer.sent_at) as open_since
  from graph.referral_list l join hub.referral r on r.id = l.id
  left join lateral hub.loop_state(r.id, r.receiver_id) receiver
    on r.status in ('RECEIVED', 'ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED') and receiver.acted_at is null
  left join lateral hub.loop_state(r.id, r.referrer_id) referrer on r.status = 'CLOSED' and referrer.seen_at is null
  where coalesce(receiver.sent_at, referrer.sent_at) is not null;
alter view graph.referral owner to loopwell_guard;
alter view graph.referral_list owner to loopwell_guard;
alter view graph.referral_reason_of owner to loopwell_guard;
alter view graph.decline owner to loopwell_guard;
alter view graph.outcome owner to loopwell_guard;
alter view graph.redaction owner to loopwell_guard;
alter view graph.open_loop owner to loopwell_guard;
drop index hub.referral_waiting;
drop view graph.preparation;
delete from hub.referral_child where relation = 'hub.preparation'::regclass;
drop table hub.preparation;
reset role;
set local role loopwell_guard;
grant select on graph.referral, graph.referral_list, graph.referral_reason_of, graph.decline, graph.outcome, graph.redaction, graph.open_loop to loopwell_api;
reset role;
