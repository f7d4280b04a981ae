set local role loopwell_guard;
drop view graph.feed_entry, graph.service_load, graph.referral_programme, graph.programme_rule, graph.programme_parameters, graph.programme, graph.service;
create view graph.service as
  select s.id, s.name, s.description, s.organisation_id, s.categories, s.accepting_referrals and s.active as accepting_referrals, s.places_left,
    s.waiting_list_length, s.eligibility, s.costs, s.languages, s.assured_on,
    -- an assurance older than a year is not to be relied on
    coalesce(s.assured_on < hub.clock()::date - 365, true) as stale,
    s.funding_ends_on, s.green, s.minimum_age, s.maximum_age, s.areas, s.accessibility, s.latitude, s.longitude, s.active, s.external_id
  -- one that is closed stays: referrals made to it still name it
  from hub.service s;
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
grant select on graph.service, graph.feed_entry to loopwell_api;
reset role;
set local role loopwell_owner;
delete from hub.clock_job where name = 'warn_of_funding';
drop trigger watch_accepted on hub.referral;
drop trigger watch_funding on hub.service;
drop function hub.warn_of_funding, hub.watch_funding, hub.watch_accepted, hub.add_rules, hub.publish_parameters, hub.update_capacity, hub.write_news,
  hub.network_parties, hub.programme_of, hub.viewer_hears_network;
drop index hub.referral_service;
drop table hub.funding_watch, hub.service_load, hub.programme_service, hub.programme_rule, hub.programme_parameters;
alter table hub.event drop column programme_id;
drop table hub.programme;
alter table hub.service drop column paused;
reset role;
