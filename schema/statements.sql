-- access.caller
select o.id as organisation, o.sector, p.id as practitioner, coalesce(p.left_on <= hub.today(), false) as gone
from
  graph.organisation as o
  left join graph.practitioner as p on p.organisation_id = o.id and p.external_id = $2
where
  o.id = (
    select i.organisation_id
    from graph.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $1
  )
  and not exists (select from graph.organisation_end as e where e.id = o.id);
--   Nested Loop Anti Join
--     InitPlan 2
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 1
--               ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     InitPlan 5
--       ->  Result
--     ->  Nested Loop Left Join
--           ->  Seq Scan on organisation o
--           ->  Seq Scan on practitioner p
--     ->  Seq Scan on organisation o_1

-- access.delegation
select id, person from hub.delegation_of($1, $2);
--   Function Scan on delegation_of

-- access.person
select hub.person_of_number($1) as id;
--   Result

-- access.revoke
insert into hub.revocation (kind, value, reason) values ($1, $2, $3);
--   Insert on revocation
--     InitPlan 1
--       ->  Result
--     ->  Result

-- bars.refresh
select hub.refresh_referral($1, $2, $3) as outcome;
--   Result

-- bars.sent
select hub.sent_referral($1, $2) as id;
--   Result

-- bars.wait
select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'referral:', $1::text, $2::text), 0));
--   Result

-- capacity.colleague
select id from graph.practitioner where id = $1 and organisation_id = hub.viewer_party();
--   Seq Scan on practitioner p
--     InitPlan 1
--       ->  Result

-- capacity.organisation
select sector from graph.organisation where id = $1;
--   Seq Scan on organisation o
--     InitPlan 1
--       ->  Result

-- capacity.service
select organisation_id from graph.service where id = $1;
--   Index Scan using service_pkey on service s
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result

-- capacity.share
select hub.set_practice_share($1, $2, $3) as id;
--   Result

-- capacity.update
select hub.update_capacity($1, $2);
--   Result

-- choices.insert
insert into hub.choice (referral_id, service_id, decision, why, organisation_id)
select $1, c.service, c.decision, c.why, hub.viewer_party()
from unnest($2::uuid[], $3::text[], $4::text[]) with ordinality as c (service, decision, why, place)
order by c.place;
--   Insert on choice
--     InitPlan 1
--       ->  Result
--     ->  Subquery Scan on "*SELECT*"
--           ->  Function Scan on c
--     SubPlan 5
--       ->  Index Scan using referral_pkey on referral r
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--             InitPlan 4
--               ->  Result
--     SubPlan 11
--       ->  Index Only Scan using service_pkey on service s
--             InitPlan 10
--               ->  Result

-- choices.services
select id from graph.service where id = any ($1::uuid[]);
--   Seq Scan on service s
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result

-- cli.organisation
select o.id
from graph.organisation as o
where
  o.id = (
    select i.organisation_id
    from graph.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $1
  );
--   Seq Scan on organisation o
--     InitPlan 2
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 1
--               ->  Result
--     InitPlan 3
--       ->  Result

-- cli.practitioner
select id from graph.practitioner where external_id = $1;
--   Seq Scan on practitioner p
--     InitPlan 1
--       ->  Result

-- consent.organisations
select id from graph.organisation where id = any ($1::uuid[]);
--   Seq Scan on organisation o
--     InitPlan 1
--       ->  Result

-- consent.record
select hub.record_consent($1) as result;
--   Result

-- consent.withdraw
select hub.withdraw_consent($1) as result;
--   Result

-- contacts.insert
insert into hub.contact (referral_id, at, attendance, minutes, mode, barriers, organisation_id, practitioner_id, note)
values ($1, $2, $3, $4, $5, $6, hub.viewer_party(), hub.viewer_practitioner(), $7)
returning id;
--   Insert on contact
--     InitPlan 1
--       ->  Result
--     InitPlan 10
--       ->  Result
--     InitPlan 11
--       ->  Result
--     ->  Result
--     SubPlan 5
--       ->  Index Scan using referral_pkey on referral r
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--             InitPlan 4
--               ->  Result

-- contacts.missed
select count(*) as missed
from graph.contact
where referral_id = $1 and attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND') and recorded_in_error_at is null;
--   Aggregate
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Bitmap Heap Scan on contact c
--           ->  Bitmap Index Scan on contact_referral

-- corrections.death
select hub.void_death($1, $2) as referral;
--   Result

-- corrections.void
select hub.void_entry($1, $2, $3) as referral;
--   Result

-- counting.activity
select * from hub.network_activity($1, $2, $3);
--   Function Scan on network_activity

-- counting.loads
select service, referrals, funded_places as "fundedPlaces", volunteers from hub.count_service_loads($1, $2);
--   Function Scan on count_service_loads

-- counting.routes
select route, count from hub.count_routes($1, $2);
--   Function Scan on count_routes

-- counting.signposts
select dimension, key, count from hub.count_signposts($1, $2);
--   Function Scan on count_signposts

-- counting.unmet
select reason, district, count from hub.count_unmet_need($1, $2);
--   Function Scan on count_unmet_need

-- crisis.acknowledge
select hub.acknowledge_escalation($1, $2) as id;
--   Result

-- crisis.escalate
select hub.escalate($1) as result;
--   Result

-- crisis.organisation
select sector from graph.organisation where id = $1;
--   Seq Scan on organisation o
--     InitPlan 1
--       ->  Result

-- demo.caller
select
  o.id as organisation,
  o.sector,
  (select p.id from graph.practitioner as p where p.external_id = $2) as practitioner
from graph.organisation as o
where
  o.id = (
    select i.organisation_id
    from graph.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $1
  );
--   Seq Scan on organisation o
--     InitPlan 2
--       ->  Seq Scan on practitioner p
--             InitPlan 1
--               ->  Result
--     InitPlan 4
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 3
--               ->  Result
--     InitPlan 5
--       ->  Result

-- demo.loaded
select count(*) as files from hub.inbox where organisation_id is null and format = 'history';
--   Aggregate
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Seq Scan on inbox

-- directory.add
insert into hub.organisation (name, sector) values ($1, 'VOLUNTARY') returning id;
--   Insert on organisation
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Result

-- directory.add-service
insert into hub.service
  (
    source,
    external_id,
    organisation_id,
    name,
    description,
    categories,
    accepting_referrals,
    eligibility,
    minimum_age,
    maximum_age,
    areas,
    costs,
    languages,
    accessibility,
    assured_on,
    funding_ends_on,
    green,
    latitude,
    longitude,
    active,
    raw_hash
  )
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21);
--   Insert on service
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Result

-- directory.identify
insert into hub.organisation_identifier (organisation_id, system, value) values ($1, $2, $3) on conflict do nothing;
--   Insert on organisation_identifier
--     InitPlan 1
--       ->  Result
--     ->  Result

-- directory.organisation
select i.organisation_id as id
from
  hub.organisation_identifier as i
  join unnest($1::text[], $2::text[]) as wanted (system, value) on wanted.system = i.system and wanted.value = i.value
limit 1;
--   Limit
--     InitPlan 1
--       ->  Result
--     ->  Hash Join
--           ->  Seq Scan on organisation_identifier i
--           ->  Hash
--                 ->  Function Scan on wanted

-- directory.service
select raw_hash from hub.service where source = $1 and external_id = $2;
--   Index Scan using service_source_external_id_key on service
--     InitPlan 1
--       ->  Result

-- directory.set-service
update hub.service
set (
  organisation_id,
  name,
  description,
  categories,
  accepting_referrals,
  eligibility,
  minimum_age,
  maximum_age,
  areas,
  costs,
  languages,
  accessibility,
  assured_on,
  funding_ends_on,
  green,
  latitude,
  longitude,
  active,
  raw_hash,
  updated_at
) = ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, hub.clock())
where source = $1 and external_id = $2;
--   Update on service
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     InitPlan 5
--       ->  Result
--     InitPlan 6
--       ->  Result
--     ->  Index Scan using service_source_external_id_key on service

-- eligibility.offers
select
  s.id,
  array(
    select r
    from unnest($1::text[]) as r
    where
      r = any (s.categories)
      or exists (select from graph.reason_category as c where c.reason = r and c.category = any (s.categories))
  ) as answers,
  s.accepting_referrals as accepting,
  s.paused,
  s.minimum_age as "minimumAge",
  s.maximum_age as "maximumAge",
  s.areas,
  s.overcomes,
  coalesce(
    (
      select
        json_agg(
          json_build_object(
            'kind',
            u.kind,
            'excludes',
            u.excludes,
            'minimum',
            u.minimum,
            'maximum',
            u.maximum,
            'oneOf',
            u.one_of,
            'wording',
            u.wording
          )
          order by u.position
        )
      from
        graph.programme as p
        join graph.programme_rule as u on u.parameters_id = p.parameters_id
      where p.id = s.programme_id
    ),
    '[]'
  ) as rules
from graph.service as s
where s.categories && ($1::text[] || array(select c.category from graph.reason_category as c where c.reason = any ($1)))
order by s.name, s.id;
--   Sort
--     InitPlan 11
--       ->  Seq Scan on reason_category c_2
--             InitPlan 10
--               ->  Result
--     InitPlan 12
--       ->  Result
--     InitPlan 13
--       ->  Result
--     ->  Nested Loop Left Join
--           ->  Seq Scan on service s
--           ->  Seq Scan on programme_service p
--           SubPlan 5
--             ->  Function Scan on unnest r
--                   SubPlan 4
--                     ->  Seq Scan on reason_category c
--                           InitPlan 3
--                             ->  Result
--           SubPlan 9
--             ->  Aggregate
--                   InitPlan 6
--                     ->  Result
--                   InitPlan 7
--                     ->  Result
--                   InitPlan 8
--                     ->  Result
--                   ->  Sort
--                         ->  Nested Loop
--                               ->  Nested Loop
--                                     ->  Seq Scan on programme p_1
--                                     ->  Seq Scan on programme_parameters c_1
--                               ->  Seq Scan on programme_rule r_1

-- eligibility.person
select birth_date, postcode_district from graph.person where id = $1;
--   Nested Loop Left Join
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Index Scan using person_pkey on person p
--     ->  Aggregate
--           ->  Sort
--                 ->  Subquery Scan on s
--                       ->  WindowAgg
--                             InitPlan 3
--                               ->  Result
--                             InitPlan 4
--                               ->  Result
--                             ->  Sort
--                                   ->  Bitmap Heap Scan on source_record s_1
--                                         ->  Bitmap Index Scan on source_record_person

-- eligibility.unmet
select hub.log_unmet_need($1, $2) where hub.viewer_has_agreement();
--   Result

-- feed.append
select hub.append_event($1, $2, $3) as id;
--   Result

-- feed.entry
select seq::integer as seq, $2::integer as previous_seq, encode(substring(event_hash from 1 for 6), 'hex') as event_hash, event_id, kind, occurred_at, disclosure, reference, actor_id, referral_id, service_id, contact_id, measurement_id, programme_id from graph.feed_entry where seq = $1;
--   Result
--     InitPlan 7
--       ->  Result
--     InitPlan 8
--       ->  Result
--     InitPlan 9
--       ->  Result
--     InitPlan 10
--       ->  Result
--     InitPlan 11
--       ->  Result
--     InitPlan 12
--       ->  Result
--     ->  Nested Loop
--           ->  Nested Loop Left Join
--                 ->  Seq Scan on party_feed f
--                 ->  Result
--                       ->  Index Scan using referral_party_pkey on referral_party p
--           ->  Nested Loop
--                 ->  Index Scan using event_pkey on event e
--                 ->  Result
--                       InitPlan 13
--                         ->  Result
--                       InitPlan 14
--                         ->  Result
--     SubPlan 3
--       ->  Index Scan using referral_pkey on referral r
--             InitPlan 1
--               ->  Result
--             InitPlan 2
--               ->  Result

-- feed.page
with head as materialized (select coalesce(h.last_seq, 0) as last, coalesce(h.floor_seq, 0) as floor, coalesce(encode(substring(h.floor_hash from 1 for 6), 'hex'), '') as floor_hash from (values (1)) one (row) left join graph.feed_head h on true), mark as materialized (select max(encode(substring(e.event_hash from 1 for 6), 'hex')) filter (where e.seq = $1::bigint) as stands, max(encode(substring(e.event_hash from 1 for 6), 'hex')) filter (where e.seq = head.last) as newest from head join graph.feed_place e on e.seq = any (array[$1::bigint, head.last])), page as materialized (select entry.seq::integer as seq, entry.previous_seq::integer as previous_seq, encode(substring(entry.event_hash from 1 for 6), 'hex') as event_hash, entry.event_id, entry.kind, entry.occurred_at, entry.disclosure, entry.reference, entry.actor_id, entry.referral_id, entry.service_id, entry.contact_id, entry.measurement_id, entry.programme_id from (select r.*, r.seq - 1 as previous_seq from (select e.* from graph.feed_entry e where e.seq > $1::bigint and e.seq <= (select last from head) order by e.seq limit $2::integer) r) entry) select head.last::integer as head_last, head.floor::integer as head_floor, head.floor_hash as head_floor_hash, coalesce(mark.newest, '') as head_last_hash, mark.stands, page.* from head cross join mark left join page on true where page.seq is not null or hub.token_stands() order by page.seq;
--   Sort
--     CTE head
--       ->  Nested Loop Left Join
--             InitPlan 1
--               ->  Result
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--             ->  Result
--             ->  Result
--                   ->  Seq Scan on feed_head h
--     CTE mark
--       ->  Aggregate
--             InitPlan 5
--               ->  Result
--             InitPlan 6
--               ->  Result
--             InitPlan 7
--               ->  Result
--             InitPlan 8
--               ->  Result
--             ->  Result
--                   ->  Nested Loop
--                         ->  Nested Loop
--                               ->  CTE Scan on head head_1
--                               ->  Seq Scan on party_feed f
--                         ->  Index Scan using event_pkey on event e
--     CTE page
--       ->  Subquery Scan on r_1
--             ->  Limit
--                   InitPlan 16
--                     ->  Result
--                   InitPlan 17
--                     ->  Result
--                   InitPlan 18
--                     ->  CTE Scan on head head_2
--                   InitPlan 19
--                     ->  Result
--                   InitPlan 20
--                     ->  Result
--                   InitPlan 21
--                     ->  Result
--                   InitPlan 22
--                     ->  Result
--                   ->  Result
--                         ->  Sort
--                               ->  Result
--                                     ->  Nested Loop
--                                           ->  Nested Loop Left Join
--                                                 ->  Seq Scan on party_feed f_1
--                                                 ->  Result
--                                                       ->  Index Scan using referral_party_pkey on referral_party p
--                                           ->  Nested Loop
--                                                 ->  Index Scan using event_pkey on event e_1
--                                                 ->  Result
--                                                       InitPlan 23
--                                                         ->  Result
--                                                       InitPlan 24
--                                                         ->  Result
--                         SubPlan 12
--                           ->  Index Scan using referral_pkey on referral r
--                                 InitPlan 10
--                                   ->  Result
--                                 InitPlan 11
--                                   ->  Result
--     ->  Nested Loop Left Join
--           ->  Nested Loop
--                 ->  CTE Scan on head
--                 ->  CTE Scan on mark
--           ->  CTE Scan on page

-- feed.page_of_kinds
with head as materialized (select coalesce(h.last_seq, 0) as last, coalesce(h.floor_seq, 0) as floor, coalesce(encode(substring(h.floor_hash from 1 for 6), 'hex'), '') as floor_hash from (values (1)) one (row) left join graph.feed_head h on true), mark as materialized (select max(encode(substring(e.event_hash from 1 for 6), 'hex')) filter (where e.seq = $1::bigint) as stands, max(encode(substring(e.event_hash from 1 for 6), 'hex')) filter (where e.seq = head.last) as newest from head join graph.feed_place e on e.seq = any (array[$1::bigint, head.last])), page as materialized (select entry.seq::integer as seq, entry.previous_seq::integer as previous_seq, encode(substring(entry.event_hash from 1 for 6), 'hex') as event_hash, entry.event_id, entry.kind, entry.occurred_at, entry.disclosure, entry.reference, entry.actor_id, entry.referral_id, entry.service_id, entry.contact_id, entry.measurement_id, entry.programme_id from (select r.*, coalesce(lag(r.seq) over (order by r.seq), (select max(p.seq) from graph.feed_entry p where p.seq <= $1::bigint and (p.kind = any ($3) or p.kind = 'ACCESS_ENDED')), 0) as previous_seq from (select e.* from graph.feed_entry e where e.seq > $1::bigint and e.seq <= (select last from head) and (e.kind = any ($3) or e.kind = 'ACCESS_ENDED') order by e.seq limit $2::integer) r) entry) select head.last::integer as head_last, head.floor::integer as head_floor, head.floor_hash as head_floor_hash, coalesce(mark.newest, '') as head_last_hash, mark.stands, page.* from head cross join mark left join page on true where page.seq is not null or hub.token_stands() order by page.seq;
--   Sort
--     CTE head
--       ->  Nested Loop Left Join
--             InitPlan 1
--               ->  Result
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--             ->  Result
--             ->  Result
--                   ->  Seq Scan on feed_head h
--     CTE mark
--       ->  Aggregate
--             InitPlan 5
--               ->  Result
--             InitPlan 6
--               ->  Result
--             InitPlan 7
--               ->  Result
--             InitPlan 8
--               ->  Result
--             ->  Result
--                   ->  Nested Loop
--                         ->  Nested Loop
--                               ->  CTE Scan on head head_1
--                               ->  Seq Scan on party_feed f
--                         ->  Index Scan using event_pkey on event e
--     CTE page
--       ->  Subquery Scan on entry
--             ->  WindowAgg
--                   InitPlan 18
--                     ->  Aggregate
--                           InitPlan 10
--                             ->  Result
--                           InitPlan 11
--                             ->  Result
--                           InitPlan 12
--                             ->  Result
--                           InitPlan 13
--                             ->  Result
--                           InitPlan 14
--                             ->  Result
--                           InitPlan 15
--                             ->  Result
--                           ->  Result
--                                 ->  Nested Loop
--                                       ->  Nested Loop Left Join
--                                             ->  Seq Scan on party_feed f_1
--                                             ->  Result
--                                                   ->  Index Scan using referral_party_pkey on referral_party p
--                                       ->  Nested Loop
--                                             ->  Index Scan using event_pkey on event e_1
--                                             ->  Subquery Scan on live
--                                                   ->  Result
--                                                         InitPlan 16
--                                                           ->  Result
--                                                         InitPlan 17
--                                                           ->  Result
--                   ->  Subquery Scan on r_1
--                         ->  Limit
--                               InitPlan 25
--                                 ->  Result
--                               InitPlan 26
--                                 ->  Result
--                               InitPlan 27
--                                 ->  CTE Scan on head head_2
--                               InitPlan 28
--                                 ->  Result
--                               InitPlan 29
--                                 ->  Result
--                               InitPlan 30
--                                 ->  Result
--                               InitPlan 31
--                                 ->  Result
--                               ->  Result
--                                     ->  Sort
--                                           ->  Result
--                                                 ->  Nested Loop
--                                                       ->  Nested Loop Left Join
--                                                             ->  Seq Scan on party_feed f_2
--                                                             ->  Result
--                                                                   ->  Index Scan using referral_party_pkey on referral_party p_1
--                                                       ->  Nested Loop
--                                                             ->  Index Scan using event_pkey on event e_2
--                                                             ->  Subquery Scan on live_1
--                                                                   ->  Result
--                                                                         InitPlan 32
--                                                                           ->  Result
--                                                                         InitPlan 33
--                                                                           ->  Result
--                                     SubPlan 21
--                                       ->  Index Scan using referral_pkey on referral r
--                                             InitPlan 19
--                                               ->  Result
--                                             InitPlan 20
--                                               ->  Result
--     ->  Nested Loop Left Join
--           ->  Nested Loop
--                 ->  CTE Scan on head
--                 ->  CTE Scan on mark
--           ->  CTE Scan on page

-- feedback.find
select seq from graph.feed_entry where event_id = any ($1::uuid[]);
--   Result
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     InitPlan 5
--       ->  Result
--     InitPlan 6
--       ->  Result
--     ->  Nested Loop
--           ->  Nested Loop Left Join
--                 ->  Seq Scan on party_feed f
--                 ->  Result
--                       ->  Index Scan using referral_party_pkey on referral_party p
--           ->  Nested Loop
--                 ->  Index Scan using event_pkey on event e
--                 ->  Result

-- idempotency.claim
select * from hub.claim_key($1, $2, $3, $4);
--   Function Scan on claim_key

-- idempotency.store
insert into hub.idempotency (party, practitioner, mutation, key, input_hash, result)
values ($1, coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'), $3, $4, $5, $6);
--   Insert on idempotency
--     InitPlan 1
--       ->  Result
--     ->  Result

-- import.organisation
select o.id, o.sector
from graph.organisation as o
where
  o.id = (
    select i.organisation_id
    from graph.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $1
  );
--   Seq Scan on organisation o
--     InitPlan 2
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 1
--               ->  Result
--     InitPlan 3
--       ->  Result

-- inbox.find
select id
from hub.inbox
where organisation_id is not distinct from hub.viewer_party() and format = $1 and name = $2 and raw_hash = $3;
--   Seq Scan on inbox
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result

-- inbox.keep
insert into hub.inbox (organisation_id, format, sector, name, raw, raw_hash)
values (hub.viewer_party(), $1, $2, $3, $4, $5)
on conflict do nothing;
--   Insert on inbox
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Result

-- inbox.quarantine
insert into hub.quarantine (inbox_id, organisation_id, file, line, field, reason, raw)
values ($1, hub.viewer_party(), $2, $3, $4, $5, $6)
on conflict do nothing;
--   Insert on quarantine
--     InitPlan 1
--       ->  Result
--     ->  Result
--     SubPlan 7
--       ->  Seq Scan on inbox i
--             InitPlan 5
--               ->  Result
--             InitPlan 6
--               ->  Result

-- messages.audience
select a as id from hub.message_audience($1, $2) as a;
--   Function Scan on message_audience a

-- messages.post
select hub.post_message($1, $2, $3) as posted;
--   Result

-- network.add
insert into hub.network (key, name, kind) values ($1, $2, $3) on conflict (key) do nothing;
--   Insert on network
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Result

-- network.agreement
insert into hub.sharing_agreement (organisation_id, network_id, valid_from, valid_to)
select
  (
    select i.organisation_id
    from graph.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $1
  ),
  id,
  $3,
  $4
from hub.network
where key = $2
on conflict do nothing;
--   Insert on sharing_agreement
--     InitPlan 2
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 1
--               ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     ->  Seq Scan on network

-- network.find
select
  (
    select i.organisation_id
    from graph.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $1
  ) as id;
--   Result
--     InitPlan 2
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 1
--               ->  Result

-- network.identifier
insert into hub.organisation_identifier (organisation_id, system, value) values ($1, $2, $3) on conflict do nothing;
--   Insert on organisation_identifier
--     InitPlan 1
--       ->  Result
--     ->  Result

-- network.member
insert into hub.network_member (network_id, organisation_id)
select id, $1 from hub.network where key = $2
on conflict do nothing;
--   Insert on network_member
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Seq Scan on network

-- network.organisation
insert into hub.organisation (name, sector, receives_referrals) values ($1, $2, $3) returning id;
--   Insert on organisation
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Result

-- network.parameters
insert into hub.programme_parameters
  (programme_id, version, planned_days, maximum_contacts, response_days, would_not_benefit)
values ($1, 1, $2, $3, $4, $5)
on conflict do nothing
returning id;
--   Insert on programme_parameters
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Result

-- network.practitioner
insert into hub.practitioner (organisation_id, external_id, name, job_title, specialism)
values
  (
    (
      select i.organisation_id
      from graph.organisation_identifier as i
      where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $1
    ),
    $2,
    $3,
    $4,
    $5
  )
on conflict (external_id) do update set specialism = excluded.specialism;
--   Insert on practitioner
--     InitPlan 2
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 1
--               ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     InitPlan 5
--       ->  Result
--     InitPlan 6
--       ->  Result
--     InitPlan 7
--       ->  Result
--     InitPlan 8
--       ->  Result
--     ->  Result

-- network.programme
insert into hub.programme
  (
    key,
    organisation_id,
    name,
    model,
    aim,
    area,
    age_groups,
    funding_source,
    starts_on,
    ends_on,
    funding_ends_on,
    continuity
  )
values
  (
    $1,
    (
      select i.organisation_id
      from graph.organisation_identifier as i
      where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $2
    ),
    $3,
    $4,
    $5,
    $6,
    $7,
    $8,
    $9,
    $10,
    $11,
    $12
  )
on conflict (key) do update
  set (name, model, aim, area, age_groups, funding_source, starts_on, ends_on, funding_ends_on, continuity) = (
    $3,
    $4,
    $5,
    $6,
    $7,
    $8,
    $9,
    $10,
    $11,
    $12
  )
returning id;
--   Insert on programme
--     InitPlan 2
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 1
--               ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     InitPlan 5
--       ->  Result
--     InitPlan 6
--       ->  Result
--     InitPlan 7
--       ->  Result
--     InitPlan 8
--       ->  Result
--     ->  Result

-- network.programme-service
insert into hub.programme_service (programme_id, organisation_id, external_id)
values
  (
    $1,
    (
      select i.organisation_id
      from graph.organisation_identifier as i
      where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $2
    ),
    $3
  )
on conflict (organisation_id, external_id) do update set programme_id = excluded.programme_id;
--   Insert on programme_service
--     InitPlan 2
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 1
--               ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     InitPlan 5
--       ->  Result
--     InitPlan 6
--       ->  Result
--     InitPlan 7
--       ->  Result
--     InitPlan 8
--       ->  Result
--     ->  Result

-- network.route
insert into hub.route_name (network_id, route, label)
select id, $2, $3 from hub.network where key = $1
on conflict (network_id, route) do update set label = excluded.label;
--   Insert on route_name
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     InitPlan 5
--       ->  Result
--     InitPlan 6
--       ->  Result
--     InitPlan 7
--       ->  Result
--     ->  Seq Scan on network

-- network.rules
select hub.add_rules($1, $2);
--   Result

-- network.set
update hub.organisation
set
  name = $2,
  sector = $3,
  receives_referrals = $4
where id = $1;
--   Update on organisation
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     ->  Seq Scan on organisation

-- operate.close
select hub.close_organisation($1) as count;
--   Result

-- operate.decide
select hub.decide_review($1, $2) as decision;
--   Result

-- operate.leave
select hub.practitioner_leaves($1) as count;
--   Result

-- operate.merge
select hub.merge_organisation($1, $2) as count;
--   Result

-- operate.reviews
select * from hub.match_reviews();
--   Function Scan on match_reviews

-- operation: duty-list.graphql
select ('{"escalations":' || r0.data || '}') as data, r0.persons as persons, r0.referrals as referrals
from
  (
    select
      (
        '{"totalCount":' || (
          select count(*)::text from graph.escalation as t where ((acknowledged_at is null) = $1::boolean)
        ) || ',"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"id":"esc_' || t1.id || '","at":' || coalesce(
                to_char(t1.at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                graph.run_plain()
              ) || ',"alerts":' || coalesce(t1.alerts::text, graph.run_plain()) || ',"facts":' || coalesce(
                to_json(t1.facts)::text,
                'null'
              ) || ',"basis":' || coalesce(to_json(t1.basis)::text, graph.run_plain()) || ',"override":' || case
                when t1.override then 'true'
                when not t1.override then 'false'
                else graph.run_plain()
              end || ',"raisedBy":' || coalesce(
                (
                  select ('{"name":' || coalesce(to_json(t2.name)::text, graph.run_plain()) || '}')
                  from graph.organisation as t2
                  where t2.id = t1.organisation_id
                ),
                'null'
              ) || ',"person":' || coalesce(
                (
                  select
                    (
                      '{"name":' || coalesce(to_json(t3.name)::text, 'null') || ',"birthDate":' || coalesce(
                        '"' || t3.birth_date || '"',
                        'null'
                      ) || ',"contactPoints":' || (
                        select
                          (
                            '[' || coalesce(
                              string_agg(
                                '{"system":' || coalesce(
                                  to_json(t4.system)::text,
                                  graph.run_plain()
                                ) || ',"value":' || coalesce(
                                  to_json(t4.value)::text,
                                  graph.run_plain()
                                ) || ',"safe":' || case
                                  when t4.safe then 'true'
                                  when not t4.safe then 'false'
                                  else graph.run_plain()
                                end || ',"note":' || coalesce(to_json(t4.note)::text, 'null') || '}',
                                ','
                              ),
                              ''
                            ) || ']'
                          )
                        from
                          (select x.* from graph.contact_point as x where x.person_id = t3.id order by position) as t4
                      ) || '}'
                    )
                  from graph.person as t3
                  where t3.id = t1.person_id
                ),
                'null'
              ) || '}',
              ','
            ),
            ''
          ) || ']'
        ) || '}'
      ) as data,
      array_agg(t1.person_id) as persons,
      array_agg(t1.referral_id) as referrals
    from
      (
        select t.*
        from graph.escalation as t
        where ((acknowledged_at is null) = $1::boolean)
        order by at desc, id
        limit $2::integer
      ) as t1
  ) as r0;
--   Subquery Scan on r0
--     ->  Aggregate
--           InitPlan 4
--             ->  Aggregate
--                   InitPlan 1
--                     ->  Result
--                   InitPlan 2
--                     ->  Result
--                   InitPlan 3
--                     ->  Result
--                   ->  Seq Scan on escalation e_1
--           ->  Limit
--                 InitPlan 17
--                   ->  Result
--                 InitPlan 18
--                   ->  Result
--                 InitPlan 19
--                   ->  Result
--                 ->  Sort
--                       ->  Seq Scan on escalation e
--           SubPlan 6
--             ->  Seq Scan on organisation o
--                   InitPlan 5
--                     ->  Result
--           SubPlan 16
--             ->  Nested Loop Left Join
--                   InitPlan 12
--                     ->  Result
--                   InitPlan 13
--                     ->  Result
--                   ->  Index Scan using person_pkey on person p_1
--                   ->  Aggregate
--                         ->  Sort
--                               ->  Subquery Scan on s_2
--                                     ->  WindowAgg
--                                           InitPlan 14
--                                             ->  Result
--                                           InitPlan 15
--                                             ->  Result
--                                           ->  Sort
--                                                 ->  Bitmap Heap Scan on source_record s_3
--                                                       ->  Bitmap Index Scan on source_record_person
--                   SubPlan 11
--                     ->  Aggregate
--                           ->  Sort
--                                 InitPlan 7
--                                   ->  Result
--                                 InitPlan 8
--                                   ->  Result
--                                 ->  Nested Loop
--                                       ->  Nested Loop Left Join
--                                             ->  Index Scan using person_pkey on person p
--                                             ->  Aggregate
--                                                   ->  Sort
--                                                         ->  Subquery Scan on s
--                                                               ->  WindowAgg
--                                                                     InitPlan 9
--                                                                       ->  Result
--                                                                     InitPlan 10
--                                                                       ->  Result
--                                                                     ->  Sort
--                                                                           ->  Bitmap Heap Scan on source_record s_1
--                                                                                 ->  Bitmap Index Scan on source_record_person
--                                       ->  Function Scan on jsonb_array_elements c

-- operation: find-service.graphql
select ('{"services":' || r0.data || '}') as data, r0.persons as persons, r0.referrals as referrals
from
  (
    select
      (
        '{"totalCount":' || (
          select count(*)::text from graph.service as t where (accepting_referrals or not $1::boolean)
        ) || ',"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"id":"srv_' || t1.id || '","name":' || coalesce(
                to_json(t1.name)::text,
                graph.run_plain()
              ) || ',"description":' || coalesce(to_json(t1.description)::text, 'null') || ',"categories":' || coalesce(
                to_json(t1.categories)::text,
                graph.run_plain()
              ) || ',"organisation":' || coalesce(
                (
                  select
                    (
                      '{"id":"org_' || t2.id || '","name":' || coalesce(
                        to_json(t2.name)::text,
                        graph.run_plain()
                      ) || '}'
                    )
                  from graph.organisation as t2
                  where t2.id = t1.organisation_id
                ),
                graph.run_plain()
              ) || ',"acceptingReferrals":' || case
                when t1.accepting_referrals then 'true'
                when not t1.accepting_referrals then 'false'
                else graph.run_plain()
              end || ',"placesLeft":' || coalesce(t1.places_left::text, 'null') || ',"waitingListLength":' || coalesce(
                t1.waiting_list_length::text,
                'null'
              ) || ',"eligibility":' || coalesce(to_json(t1.eligibility)::text, 'null') || ',"costs":' || coalesce(
                to_json(t1.costs)::text,
                'null'
              ) || ',"languages":' || coalesce(
                to_json(t1.languages)::text,
                graph.run_plain()
              ) || ',"assuredOn":' || coalesce('"' || t1.assured_on || '"', 'null') || ',"stale":' || case
                when t1.stale then 'true'
                when not t1.stale then 'false'
                else graph.run_plain()
              end || ',"fundingEndsOn":' || coalesce('"' || t1.funding_ends_on || '"', 'null') || ',"green":' || case
                when t1.green then 'true'
                when not t1.green then 'false'
                else graph.run_plain()
              end || '}',
              ','
            ),
            ''
          ) || ']'
        ) || '}'
      ) as data,
      null::uuid[] as persons,
      null::uuid[] as referrals
    from
      (
        select t.*
        from graph.service as t
        where (accepting_referrals or not $1::boolean)
        order by name, id
        limit $2::integer
      ) as t1
  ) as r0;
--   Subquery Scan on r0
--     ->  Aggregate
--           InitPlan 3
--             ->  Aggregate
--                   InitPlan 1
--                     ->  Result
--                   InitPlan 2
--                     ->  Result
--                   ->  Seq Scan on service s_1
--           ->  Limit
--                 InitPlan 6
--                   ->  Result
--                 InitPlan 7
--                   ->  Result
--                 ->  Index Scan using service_name on service s
--           SubPlan 5
--             ->  Seq Scan on organisation o
--                   InitPlan 4
--                     ->  Result

-- operation: my-support.graphql
select
  ('{"myReferral":' || r0.data || ',"myAccessLog":' || r1.data || ',"myProxies":' || r2.data || '}') as data,
  r0.persons || r1.persons || r2.persons as persons,
  r0.referrals || r1.referrals || r2.referrals as referrals
from
  (
    select
      coalesce(max(t1.data), 'null') as data,
      array_remove(array_agg(t1.person), null) as persons,
      array_remove(array_agg(t1.referral), null) as referrals
    from
      (
        select
          (
            '{"reference":' || coalesce(to_json(t.reference)::text, graph.run_plain()) || ',"status":' || coalesce(
              to_json(t.status)::text,
              graph.run_plain()
            ) || ',"onWaitingList":' || case
              when t.on_waiting_list then 'true'
              when not t.on_waiting_list then 'false'
              else graph.run_plain()
            end || ',"supporter":' || coalesce(to_json(t.supporter)::text, 'null') || ',"sharedWith":' || (
              select
                (
                  '[' || coalesce(
                    string_agg(
                      '{"id":' || coalesce(to_json(t2.global_id)::text, graph.run_plain()) || ',"name":' || coalesce(
                        to_json(t2.name)::text,
                        graph.run_plain()
                      ) || '}',
                      ','
                    ),
                    ''
                  ) || ']'
                )
              from (select x.* from graph.my_shared_with as x where x.referral_id = t.id order by name, id) as t2
            ) || '}'
          ) as data,
          null::uuid as person,
          null::uuid as referral
        from graph.my_referral as t
        where true
        order by rank
        limit 1
      ) as t1
  ) as r0
  cross join (
    select
      (
        '{"totalCount":' || (select count(*)::text from graph.my_access as t where true) || ',"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"organisation":' || coalesce(
                to_json(t3.organisation)::text,
                graph.run_plain()
              ) || ',"purpose":' || coalesce(to_json(t3.purpose)::text, graph.run_plain()) || ',"at":' || coalesce(
                to_char(t3.at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                graph.run_plain()
              ) || ',"override":' || case
                when t3.override then 'true'
                when not t3.override then 'false'
                else graph.run_plain()
              end || '}',
              ','
            ),
            ''
          ) || ']'
        ) || '}'
      ) as data,
      null::uuid[] as persons,
      null::uuid[] as referrals
    from (select t.* from graph.my_access as t where true order by at desc, id desc limit $1::integer) as t3
  ) as r1
  cross join (
    select
      (
        '[' || coalesce(
          string_agg(
            '{"id":"prx_' || t4.id || '","relationship":' || coalesce(
              to_json(t4.relationship)::text,
              graph.run_plain()
            ) || ',"scopes":' || coalesce(to_json(t4.scopes)::text, graph.run_plain()) || ',"expiresOn":' || coalesce(
              '"' || t4.expires_on || '"',
              graph.run_plain()
            ) || '}',
            ','
          ),
          ''
        ) || ']'
      ) as data,
      null::uuid[] as persons,
      null::uuid[] as referrals
    from (select x.* from graph.my_proxy as x order by created_at, id) as t4
  ) as r2;
--   Nested Loop
--     ->  Nested Loop
--           ->  Aggregate
--                 ->  Limit
--                       ->  Result
--                             ->  Sort
--                                   ->  Function Scan on own_referrals o
--                             SubPlan 1
--                               ->  Aggregate
--                                     ->  Sort
--                                           ->  Function Scan on own_sharing s
--           ->  Aggregate
--                 InitPlan 2
--                   ->  Aggregate
--                         ->  Function Scan on own_access_log l_1
--                 ->  Limit
--                       ->  Sort
--                             ->  Function Scan on own_access_log l
--     ->  Aggregate
--           ->  Sort
--                 InitPlan 3
--                   ->  Result
--                 InitPlan 4
--                   ->  Result
--                 InitPlan 5
--                   ->  Result
--                 InitPlan 6
--                   ->  Result
--                 InitPlan 7
--                   ->  Result
--                 InitPlan 8
--                   ->  Result
--                 ->  Result
--                       ->  Seq Scan on proxy p

-- operation: programmes.graphql
select ('{"programmes":' || r0.data || '}') as data, r0.persons as persons, r0.referrals as referrals
from
  (
    select
      (
        '{"totalCount":' || (select count(*)::text from graph.programme as t where true) || ',"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"id":"prg_' || t1.id || '","name":' || coalesce(
                to_json(t1.name)::text,
                graph.run_plain()
              ) || ',"model":' || coalesce('"' || t1.model || '"', graph.run_plain()) || ',"aim":' || coalesce(
                to_json(t1.aim)::text,
                'null'
              ) || ',"area":' || coalesce(to_json(t1.area)::text, 'null') || ',"organisation":' || coalesce(
                (
                  select ('{"name":' || coalesce(to_json(t2.name)::text, graph.run_plain()) || '}')
                  from graph.organisation as t2
                  where t2.id = t1.organisation_id
                ),
                graph.run_plain()
              ) || ',"fundingSource":' || coalesce(
                to_json(t1.funding_source)::text,
                'null'
              ) || ',"fundingEndsOn":' || coalesce(
                '"' || t1.funding_ends_on || '"',
                'null'
              ) || ',"parametersVersion":' || coalesce(
                t1.parameters_version::text,
                graph.run_plain()
              ) || ',"parameters":' || coalesce(
                (
                  select
                    (
                      '{"plannedDays":' || coalesce(t3.planned_days::text, 'null') || ',"maximumContacts":' || coalesce(
                        t3.maximum_contacts::text,
                        'null'
                      ) || ',"wouldNotBenefit":' || coalesce(
                        to_json(t3.would_not_benefit)::text,
                        'null'
                      ) || ',"rules":' || (
                        select
                          (
                            '[' || coalesce(
                              string_agg(
                                '{"kind":' || coalesce(
                                  '"' || t4.kind || '"',
                                  graph.run_plain()
                                ) || ',"excludes":' || case
                                  when t4.excludes then 'true'
                                  when not t4.excludes then 'false'
                                  else graph.run_plain()
                                end || ',"wording":' || coalesce(to_json(t4.wording)::text, graph.run_plain()) || '}',
                                ','
                              ),
                              ''
                            ) || ']'
                          )
                        from
                          (
                            select x.* from graph.programme_rule as x where x.parameters_id = t3.id order by position
                          ) as t4
                      ) || '}'
                    )
                  from graph.programme_parameters as t3
                  where t3.id = t1.parameters_id
                ),
                'null'
              ) || '}',
              ','
            ),
            ''
          ) || ']'
        ) || '}'
      ) as data,
      null::uuid[] as persons,
      null::uuid[] as referrals
    from (select t.* from graph.programme as t where true order by name, id limit $1::integer) as t1
  ) as r0;
--   Subquery Scan on r0
--     ->  Aggregate
--           InitPlan 3
--             ->  Aggregate
--                   InitPlan 1
--                     ->  Result
--                   InitPlan 2
--                     ->  Result
--                   ->  Seq Scan on programme p_1
--           ->  Limit
--                 InitPlan 10
--                   ->  Result
--                 InitPlan 11
--                   ->  Result
--                 ->  Sort
--                       ->  Hash Left Join
--                             ->  Seq Scan on programme p
--                             ->  Hash
--                                   ->  Seq Scan on programme_parameters c
--           SubPlan 5
--             ->  Seq Scan on organisation o
--                   InitPlan 4
--                     ->  Result
--           SubPlan 9
--             ->  Seq Scan on programme_parameters c_1
--                   InitPlan 8
--                     ->  Result
--                   SubPlan 7
--                     ->  Aggregate
--                           ->  Sort
--                                 InitPlan 6
--                                   ->  Result
--                                 ->  Seq Scan on programme_rule r

-- operation: referral-story.graphql
select ('{"referrals":' || r0.data || '}') as data, r0.persons as persons, r0.referrals as referrals
from
  (
    select
      (
        '{"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"id":"ref_' || t1.id || '","reference":' || coalesce(
                to_json(t1.reference)::text,
                graph.run_plain()
              ) || ',"status":' || coalesce('"' || t1.status || '"', graph.run_plain()) || ',"disclosure":' || coalesce(
                '"' || t1.disclosure || '"',
                graph.run_plain()
              ) || ',"receivedAt":' || coalesce(
                to_char(t1.received_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                graph.run_plain()
              ) || ',"person":' || coalesce(
                (
                  select
                    (
                      '{"name":' || coalesce(to_json(t2.name)::text, 'null') || ',"birthDate":' || coalesce(
                        '"' || t2.birth_date || '"',
                        'null'
                      ) || '}'
                    )
                  from graph.person as t2
                  where t2.id = t1.person_id
                ),
                'null'
              ) || ',"reasons":' || (
                select
                  (
                    '[' || coalesce(
                      string_agg(
                        '{"key":' || coalesce(to_json(t3.key)::text, graph.run_plain()) || ',"label":' || coalesce(
                          to_json(t3.label)::text,
                          graph.run_plain()
                        ) || '}',
                        ','
                      ),
                      ''
                    ) || ']'
                  )
                from (select x.* from graph.referral_reason_of as x where x.referral_id = t1.id order by position) as t3
              ) || ',"referrer":' || coalesce(
                (
                  select ('{"name":' || coalesce(to_json(t4.name)::text, graph.run_plain()) || '}')
                  from graph.organisation as t4
                  where t4.id = t1.referrer_id
                ),
                'null'
              ) || ',"receiver":' || coalesce(
                (
                  select ('{"name":' || coalesce(to_json(t5.name)::text, graph.run_plain()) || '}')
                  from graph.organisation as t5
                  where t5.id = t1.receiver_id
                ),
                'null'
              ) || ',"service":' || coalesce(
                (
                  select ('{"name":' || coalesce(to_json(t6.name)::text, graph.run_plain()) || '}')
                  from graph.service as t6
                  where t6.id = t1.service_id
                ),
                'null'
              ) || ',"contacts":' || (
                select
                  (
                    '{"nodes":' || (
                      '[' || coalesce(
                        string_agg(
                          '{"at":' || coalesce(
                            to_char(t7.at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                            graph.run_plain()
                          ) || ',"attendance":' || coalesce(
                            '"' || t7.attendance || '"',
                            'null'
                          ) || ',"minutes":' || coalesce(t7.minutes::text, 'null') || ',"mode":' || coalesce(
                            to_json(t7.mode)::text,
                            'null'
                          ) || ',"barriers":' || coalesce(
                            to_json(t7.barriers)::text,
                            graph.run_plain()
                          ) || ',"organisation":' || coalesce(
                            (
                              select ('{"name":' || coalesce(to_json(t8.name)::text, graph.run_plain()) || '}')
                              from graph.organisation as t8
                              where t8.id = t7.organisation_id
                            ),
                            'null'
                          ) || '}',
                          ','
                        ),
                        ''
                      ) || ']'
                    ) || '}'
                  )
                from
                  (
                    select x.* from graph.contact as x where x.referral_id = t1.id order by at, id limit $1::integer
                  ) as t7
              ) || ',"measurements":' || (
                select
                  (
                    '{"nodes":' || (
                      '[' || coalesce(
                        string_agg(
                          '{"takenOn":' || coalesce(
                            '"' || t9.taken_on || '"',
                            graph.run_plain()
                          ) || ',"occasion":' || coalesce(
                            '"' || t9.occasion || '"',
                            graph.run_plain()
                          ) || ',"score":' || coalesce(
                            case
                              when t9.score::float8 != 0
                              and abs(t9.score::float8) not between 1e-3 and 1e14
                              and strpos(t9.score::float8::text, 'e') > 0 then graph.run_plain()
                              else t9.score::float8::text
                            end,
                            'null'
                          ) || ',"instrument":' || coalesce(
                            (
                              select
                                (
                                  '{"label":' || coalesce(
                                    to_json(t10.label)::text,
                                    graph.run_plain()
                                  ) || ',"minimum":' || coalesce(
                                    case
                                      when t10.minimum::float8 != 0
                                      and abs(t10.minimum::float8) not between 1e-3 and 1e14
                                      and strpos(t10.minimum::float8::text, 'e') > 0 then graph.run_plain()
                                      else t10.minimum::float8::text
                                    end,
                                    graph.run_plain()
                                  ) || ',"maximum":' || coalesce(
                                    case
                                      when t10.maximum::float8 != 0
                                      and abs(t10.maximum::float8) not between 1e-3 and 1e14
                                      and strpos(t10.maximum::float8::text, 'e') > 0 then graph.run_plain()
                                      else t10.maximum::float8::text
                                    end,
                                    graph.run_plain()
                                  ) || ',"higherIsBetter":' || case
                                    when t10.higher_is_better then 'true'
                                    when not t10.higher_is_better then 'false'
                                    else 'null'
                                  end || '}'
                                )
                              from graph.instrument as t10
                              where t10.key = t9.instrument
                            ),
                            graph.run_plain()
                          ) || '}',
                          ','
                        ),
                        ''
                      ) || ']'
                    ) || '}'
                  )
                from
                  (
                    select x.*
                    from graph.measurement as x
                    where x.referral_id = t1.id
                    order by taken_on, id
                    limit $2::integer
                  ) as t9
              ) || ',"onward":' || (
                select
                  (
                    '{"nodes":' || (
                      '[' || coalesce(
                        string_agg(
                          '{"reference":' || coalesce(
                            to_json(t11.reference)::text,
                            graph.run_plain()
                          ) || ',"status":' || coalesce(
                            '"' || t11.status || '"',
                            graph.run_plain()
                          ) || ',"receiver":' || coalesce(
                            (
                              select ('{"name":' || coalesce(to_json(t12.name)::text, graph.run_plain()) || '}')
                              from graph.organisation as t12
                              where t12.id = t11.receiver_id
                            ),
                            'null'
                          ) || '}',
                          ','
                        ),
                        ''
                      ) || ']'
                    ) || '}'
                  )
                from
                  (
                    select x.*
                    from graph.referral as x
                    where x.parent_id = t1.id
                    order by received_at, id
                    limit $3::integer
                  ) as t11
              ) || ',"outcome":' || coalesce(
                (
                  select
                    (
                      '{"result":' || coalesce(
                        '"' || t13.result || '"',
                        graph.run_plain()
                      ) || ',"summary":' || coalesce(to_json(t13.summary)::text, 'null') || ',"closedAt":' || coalesce(
                        to_char(t13.closed_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                        graph.run_plain()
                      ) || '}'
                    )
                  from graph.outcome as t13
                  where t13.id = t1.outcome_id
                ),
                'null'
              ) || ',"loop":' || (
                select
                  (
                    '[' || coalesce(
                      string_agg(
                        '{"organisation":' || coalesce(
                          (
                            select ('{"name":' || coalesce(to_json(t15.name)::text, graph.run_plain()) || '}')
                            from graph.organisation as t15
                            where t15.id = t14.organisation_id
                          ),
                          graph.run_plain()
                        ) || ',"roles":' || coalesce(
                          to_json(t14.roles)::text,
                          graph.run_plain()
                        ) || ',"disclosure":' || coalesce(
                          '"' || t14.disclosure || '"',
                          graph.run_plain()
                        ) || ',"sentAt":' || coalesce(
                          to_char(t14.sent_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                          'null'
                        ) || ',"deliveredAt":' || coalesce(
                          to_char(t14.delivered_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                          'null'
                        ) || ',"seenAt":' || coalesce(
                          to_char(t14.seen_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                          'null'
                        ) || ',"actedAt":' || coalesce(
                          to_char(t14.acted_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                          'null'
                        ) || '}',
                        ','
                      ),
                      ''
                    ) || ']'
                  )
                from (select x.* from graph.loop_entry as x where x.referral_id = t1.id order by organisation_id) as t14
              ) || ',"redactions":' || (
                select
                  (
                    '[' || coalesce(
                      string_agg(
                        '{"field":' || coalesce(
                          to_json(t16.field)::text,
                          graph.run_plain()
                        ) || ',"reason":' || coalesce(to_json(t16.reason)::text, graph.run_plain()) || '}',
                        ','
                      ),
                      ''
                    ) || ']'
                  )
                from (select x.* from graph.redaction as x where x.referral_id = t1.id order by position) as t16
              ) || '}',
              ','
            ),
            ''
          ) || ']'
        ) || '}'
      ) as data,
      array_agg(t1.person_id) as persons,
      array_agg(t1.id) as referrals
    from (select t.* from graph.referral_list as t where true order by listed_at desc, id limit $4::integer) as t1
  ) as r0;
--   Subquery Scan on r0
--     ->  Aggregate
--           ->  Limit
--                 InitPlan 114
--                   ->  Result
--                 InitPlan 115
--                   ->  Result
--                 InitPlan 116
--                   ->  Result
--                 InitPlan 117
--                   ->  Result
--                 InitPlan 118
--                   ->  Result
--                 InitPlan 119
--                   ->  Result
--                 InitPlan 120
--                   ->  Result
--                 InitPlan 121
--                   ->  Result
--                 InitPlan 122
--                   ->  Result
--                 InitPlan 123
--                   ->  Result
--                 InitPlan 124
--                   ->  Result
--                 InitPlan 125
--                   ->  Result
--                 InitPlan 126
--                   ->  Result
--                 InitPlan 127
--                   ->  Result
--                 InitPlan 128
--                   ->  Result
--                 InitPlan 129
--                   ->  Result
--                 ->  Sort
--                       ->  Nested Loop
--                             ->  Bitmap Heap Scan on referral_party p
--                                   ->  Bitmap Index Scan on party_waiting
--                             ->  Index Scan using referral_pkey on referral r
--           SubPlan 5
--             ->  Nested Loop Left Join
--                   InitPlan 1
--                     ->  Result
--                   InitPlan 2
--                     ->  Result
--                   ->  Index Scan using person_pkey on person p_1
--                   ->  Aggregate
--                         ->  Sort
--                               ->  Subquery Scan on s
--                                     ->  WindowAgg
--                                           InitPlan 3
--                                             ->  Result
--                                           InitPlan 4
--                                             ->  Result
--                                           ->  Sort
--                                                 ->  Bitmap Heap Scan on source_record s_1
--                                                       ->  Bitmap Index Scan on source_record_person
--           SubPlan 12
--             ->  Aggregate
--                   ->  Sort
--                         InitPlan 6
--                           ->  Result
--                         InitPlan 7
--                           ->  Result
--                         InitPlan 8
--                           ->  Result
--                         InitPlan 9
--                           ->  Result
--                         InitPlan 10
--                           ->  Result
--                         InitPlan 11
--                           ->  Result
--                         ->  Nested Loop
--                               ->  Index Scan using referral_pkey on referral r_1
--                               ->  Hash Join
--                                     ->  Function Scan on unnest n
--                                     ->  Hash
--                                           ->  Seq Scan on reason v
--           SubPlan 14
--             ->  Seq Scan on organisation o
--                   InitPlan 13
--                     ->  Result
--           SubPlan 16
--             ->  Seq Scan on organisation o_1
--                   InitPlan 15
--                     ->  Result
--           SubPlan 19
--             ->  Index Scan using service_pkey on service s_2
--                   InitPlan 17
--                     ->  Result
--                   InitPlan 18
--                     ->  Result
--           SubPlan 24
--             ->  Aggregate
--                   ->  Limit
--                         InitPlan 22
--                           ->  Result
--                         InitPlan 23
--                           ->  Result
--                         ->  Sort
--                               ->  Bitmap Heap Scan on contact c
--                                     ->  Bitmap Index Scan on contact_referral
--                   SubPlan 21
--                     ->  Seq Scan on organisation o_2
--                           InitPlan 20
--                             ->  Result
--           SubPlan 29
--             ->  Aggregate
--                   ->  Limit
--                         InitPlan 27
--                           ->  Result
--                         InitPlan 28
--                           ->  Result
--                         ->  Sort
--                               ->  Bitmap Heap Scan on measurement m
--                                     ->  Bitmap Index Scan on measurement_referral
--                   SubPlan 26
--                     ->  Seq Scan on instrument i
--                           InitPlan 25
--                             ->  Result
--           SubPlan 37
--             ->  Aggregate
--                   ->  Limit
--                         InitPlan 32
--                           ->  Result
--                         InitPlan 33
--                           ->  Result
--                         InitPlan 34
--                           ->  Result
--                         InitPlan 35
--                           ->  Result
--                         InitPlan 36
--                           ->  Result
--                         ->  Index Scan using referral_parent on referral r_2
--                   SubPlan 31
--                     ->  Seq Scan on organisation o_3
--                           InitPlan 30
--                             ->  Result
--           SubPlan 47
--             ->  Nested Loop
--                   InitPlan 38
--                     ->  Result
--                   InitPlan 39
--                     ->  Result
--                   InitPlan 40
--                     ->  Result
--                   InitPlan 41
--                     ->  Result
--                   InitPlan 42
--                     ->  Result
--                   InitPlan 43
--                     ->  Result
--                   InitPlan 44
--                     ->  Result
--                   InitPlan 45
--                     ->  Result
--                   InitPlan 46
--                     ->  Result
--                   ->  Nested Loop
--                         ->  Index Scan using outcome_pkey on outcome o_4
--                         ->  Index Scan using referral_pkey on referral r_3
--                   ->  Index Scan using referral_pkey on referral r_4
--           SubPlan 54
--             ->  Aggregate
--                   ->  Sort
--                         InitPlan 50
--                           ->  Result
--                         InitPlan 51
--                           ->  Result
--                         InitPlan 52
--                           ->  Result
--                         InitPlan 53
--                           ->  Result
--                         ->  Nested Loop Semi Join
--                               ->  Nested Loop Left Join
--                                     ->  Bitmap Heap Scan on referral_party p_2
--                                           ->  Bitmap Index Scan on referral_party_pkey
--                                     ->  Function Scan on loop_state f
--                               ->  Index Scan using referral_pkey on referral r_5
--                   SubPlan 49
--                     ->  Seq Scan on organisation o_5
--                           InitPlan 48
--                             ->  Result
--           SubPlan 113
--             ->  Aggregate
--                   ->  Sort
--                         InitPlan 55
--                           ->  Result
--                         InitPlan 56
--                           ->  Result
--                         InitPlan 57
--                           ->  Result
--                         InitPlan 58
--                           ->  Result
--                         InitPlan 59
--                           ->  Result
--                         InitPlan 60
--                           ->  Result
--                         InitPlan 61
--                           ->  Result
--                         InitPlan 62
--                           ->  Result
--                         InitPlan 63
--                           ->  Result
--                         InitPlan 64
--                           ->  Result
--                         InitPlan 65
--                           ->  Result
--                         InitPlan 66
--                           ->  Result
--                         InitPlan 67
--                           ->  Result
--                         InitPlan 68
--                           ->  Result
--                         InitPlan 69
--                           ->  Result
--                         InitPlan 70
--                           ->  Result
--                         InitPlan 71
--                           ->  Result
--                         InitPlan 72
--                           ->  Result
--                         InitPlan 73
--                           ->  Result
--                         InitPlan 74
--                           ->  Result
--                         InitPlan 75
--                           ->  Result
--                         InitPlan 76
--                           ->  Result
--                         InitPlan 77
--                           ->  Result
--                         InitPlan 78
--                           ->  Result
--                         InitPlan 79
--                           ->  Result
--                         InitPlan 80
--                           ->  Result
--                         InitPlan 81
--                           ->  Result
--                         InitPlan 82
--                           ->  Result
--                         InitPlan 83
--                           ->  Result
--                         InitPlan 84
--                           ->  Result
--                         InitPlan 85
--                           ->  Result
--                         InitPlan 86
--                           ->  Result
--                         InitPlan 87
--                           ->  Result
--                         InitPlan 88
--                           ->  Result
--                         InitPlan 89
--                           ->  Result
--                         InitPlan 90
--                           ->  Result
--                         InitPlan 91
--                           ->  Result
--                         InitPlan 92
--                           ->  Result
--                         InitPlan 93
--                           ->  Result
--                         InitPlan 94
--                           ->  Result
--                         InitPlan 95
--                           ->  Result
--                         InitPlan 96
--                           ->  Result
--                         InitPlan 97
--                           ->  Result
--                         InitPlan 98
--                           ->  Result
--                         InitPlan 99
--                           ->  Result
--                         InitPlan 100
--                           ->  Result
--                         InitPlan 101
--                           ->  Result
--                         InitPlan 102
--                           ->  Result
--                         InitPlan 103
--                           ->  Result
--                         InitPlan 104
--                           ->  Result
--                         InitPlan 105
--                           ->  Result
--                         InitPlan 106
--                           ->  Result
--                         InitPlan 107
--                           ->  Result
--                         InitPlan 108
--                           ->  Result
--                         InitPlan 109
--                           ->  Result
--                         InitPlan 110
--                           ->  Result
--                         InitPlan 111
--                           ->  Result
--                         InitPlan 112
--                           ->  Result
--                         ->  Nested Loop
--                               ->  Nested Loop
--                                     ->  Index Scan using referral_pkey on referral r_7
--                                     ->  Index Scan using referral_pkey on referral r_6
--                               ->  Values Scan on "*VALUES*"

-- operation: support.graphql
select ('{"referrals":' || r0.data || '}') as data, r0.persons as persons, r0.referrals as referrals
from
  (
    select
      (
        '{"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"id":"ref_' || t1.id || '","reference":' || coalesce(
                to_json(t1.reference)::text,
                graph.run_plain()
              ) || ',"status":' || coalesce('"' || t1.status || '"', graph.run_plain()) || ',"reviewDue":' || case
                when t1.review_due then 'true'
                when not t1.review_due then 'false'
                else 'null'
              end || ',"extensions":' || (
                select
                  (
                    '[' || coalesce(
                      string_agg(
                        '{"reason":' || coalesce(
                          to_json(t2.reason)::text,
                          graph.run_plain()
                        ) || ',"contacts":' || coalesce(t2.contacts::text, 'null') || ',"until":' || coalesce(
                          '"' || t2.until || '"',
                          'null'
                        ) || '}',
                        ','
                      ),
                      ''
                    ) || ']'
                  )
                from (select x.* from graph.extension as x where x.referral_id = t1.id order by ordinal) as t2
              ) || ',"plan":' || coalesce(
                (
                  select
                    (
                      '{"whatMatters":' || coalesce(
                        to_json(t3.what_matters)::text,
                        'null'
                      ) || ',"agreedOn":' || coalesce('"' || t3.agreed_on || '"', 'null') || ',"goals":' || (
                        select
                          (
                            '[' || coalesce(
                              string_agg(
                                '{"text":' || coalesce(
                                  to_json(t4.text)::text,
                                  graph.run_plain()
                                ) || ',"baseline":' || coalesce(t4.baseline::text, 'null') || ',"latest":' || coalesce(
                                  t4.latest::text,
                                  'null'
                                ) || '}',
                                ','
                              ),
                              ''
                            ) || ']'
                          )
                        from (select x.* from graph.goal as x where x.referral_id = t3.id order by position) as t4
                      ) || '}'
                    )
                  from graph.plan as t3
                  where t3.id = t1.id
                ),
                'null'
              ) || ',"choices":' || (
                select
                  (
                    '[' || coalesce(
                      string_agg(
                        '{"service":' || coalesce(
                          (
                            select ('{"name":' || coalesce(to_json(t6.name)::text, graph.run_plain()) || '}')
                            from graph.service as t6
                            where t6.id = t5.service_id
                          ),
                          graph.run_plain()
                        ) || ',"decision":' || coalesce(
                          '"' || t5.decision || '"',
                          graph.run_plain()
                        ) || ',"why":' || coalesce(to_json(t5.why)::text, 'null') || '}',
                        ','
                      ),
                      ''
                    ) || ']'
                  )
                from (select x.* from graph.choice as x where x.referral_id = t1.id order by ordinal) as t5
              ) || ',"preparation":' || (
                select
                  (
                    '[' || coalesce(
                      string_agg(
                        '{"kind":' || coalesce('"' || t7.kind || '"', graph.run_plain()) || ',"ready":' || case
                          when t7.ready then 'true'
                          when not t7.ready then 'false'
                          else graph.run_plain()
                        end || ',"adjustments":' || coalesce(to_json(t7.adjustments)::text, 'null') || '}',
                        ','
                      ),
                      ''
                    ) || ']'
                  )
                from (select x.* from graph.preparation as x where x.referral_id = t1.id order by at, ordinal) as t7
              ) || ',"notes":' || (
                select
                  (
                    '[' || coalesce(
                      string_agg(
                        '{"text":' || coalesce(to_json(t8.text)::text, graph.run_plain()) || ',"at":' || coalesce(
                          to_char(t8.at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                          graph.run_plain()
                        ) || ',"author":' || coalesce(
                          (
                            select ('{"name":' || coalesce(to_json(t9.name)::text, graph.run_plain()) || '}')
                            from graph.organisation as t9
                            where t9.id = t8.organisation_id
                          ),
                          'null'
                        ) || ',"to":' || (
                          select
                            (
                              '[' || coalesce(
                                string_agg(
                                  '{"name":' || coalesce(to_json(t10.name)::text, graph.run_plain()) || '}',
                                  ','
                                ),
                                ''
                              ) || ']'
                            )
                          from
                            (select x.* from graph.note_addressee as x where x.note_id = t8.id order by name, id) as t10
                        ) || '}',
                        ','
                      ),
                      ''
                    ) || ']'
                  )
                from (select x.* from graph.note as x where x.referral_id = t1.id order by at, id) as t8
              ) || ',"contacts":' || (
                '{"totalCount":' || (select count(*)::text from graph.contact as x where x.referral_id = t1.id) || '}'
              ) || '}',
              ','
            ),
            ''
          ) || ']'
        ) || '}'
      ) as data,
      array_agg(t1.person_id) as persons,
      array_agg(t1.id) as referrals
    from
      (
        select t.*
        from graph.referral_list as t
        where (status = any ($1::text[]))
        order by listed_updated_at desc, id
        limit $2::integer
      ) as t1
  ) as r0;
--   Subquery Scan on r0
--     ->  Aggregate
--           ->  Limit
--                 InitPlan 44
--                   ->  Result
--                 InitPlan 45
--                   ->  Result
--                 InitPlan 49
--                   ->  Result
--                 InitPlan 50
--                   ->  Result
--                 InitPlan 51
--                   ->  Result
--                 InitPlan 52
--                   ->  Result
--                 InitPlan 53
--                   ->  Result
--                 ->  Result
--                       ->  Sort
--                             ->  Nested Loop
--                                   ->  Bitmap Heap Scan on referral_party p
--                                         ->  Bitmap Index Scan on party_waiting
--                                   ->  Index Scan using referral_pkey on referral r
--                       SubPlan 48
--                         ->  Aggregate
--                               InitPlan 46
--                                 ->  Result
--                               InitPlan 47
--                                 ->  Result
--                               ->  Bitmap Heap Scan on contact c_2
--                                     ->  Bitmap Index Scan on contact_referral
--           SubPlan 3
--             ->  Aggregate
--                   ->  Sort
--                         InitPlan 1
--                           ->  Result
--                         InitPlan 2
--                           ->  Result
--                         ->  Seq Scan on extension e
--           SubPlan 17
--             ->  Result
--                   ->  Append
--                         ->  Subquery Scan on "*SELECT* 1_1"
--                               ->  Limit
--                                     InitPlan 11
--                                       ->  Result
--                                     InitPlan 12
--                                       ->  Result
--                                     InitPlan 13
--                                       ->  Result
--                                     InitPlan 14
--                                       ->  Result
--                                     InitPlan 15
--                                       ->  Result
--                                     ->  Sort
--                                           ->  Nested Loop
--                                                 ->  Seq Scan on plan p_3
--                                                 ->  Index Scan using referral_pkey on referral r_2
--                         ->  Subquery Scan on "*SELECT* 2_1"
--                               ->  Result
--                                     InitPlan 16
--                                       ->  Result
--                                     ->  Function Scan on own_plans o_1
--                   SubPlan 10
--                     ->  Aggregate
--                           ->  Sort
--                                 ->  Nested Loop
--                                       ->  Append
--                                             ->  Subquery Scan on "*SELECT* 1"
--                                                   ->  Limit
--                                                         InitPlan 4
--                                                           ->  Result
--                                                         InitPlan 5
--                                                           ->  Result
--                                                         InitPlan 6
--                                                           ->  Result
--                                                         InitPlan 7
--                                                           ->  Result
--                                                         InitPlan 8
--                                                           ->  Result
--                                                         ->  Sort
--                                                               ->  Nested Loop
--                                                                     ->  Seq Scan on plan p_2
--                                                                     ->  Index Scan using referral_pkey on referral r_1
--                                             ->  Subquery Scan on "*SELECT* 2"
--                                                   ->  Result
--                                                         InitPlan 9
--                                                           ->  Result
--                                                         ->  Function Scan on own_plans o
--                                       ->  Function Scan on jsonb_array_elements n
--           SubPlan 23
--             ->  Aggregate
--                   ->  Sort
--                         InitPlan 21
--                           ->  Result
--                         InitPlan 22
--                           ->  Result
--                         ->  Seq Scan on choice c
--                   SubPlan 20
--                     ->  Index Scan using service_pkey on service s
--                           InitPlan 18
--                             ->  Result
--                           InitPlan 19
--                             ->  Result
--           SubPlan 26
--             ->  Aggregate
--                   ->  Sort
--                         InitPlan 24
--                           ->  Result
--                         InitPlan 25
--                           ->  Result
--                         ->  Seq Scan on preparation p_4
--           SubPlan 40
--             ->  Aggregate
--                   ->  Sort
--                         InitPlan 38
--                           ->  Result
--                         InitPlan 39
--                           ->  Result
--                         ->  Bitmap Heap Scan on note n_2
--                               ->  Bitmap Index Scan on note_referral
--                   SubPlan 28
--                     ->  Seq Scan on organisation o_2
--                           InitPlan 27
--                             ->  Result
--                   SubPlan 37
--                     ->  Aggregate
--                           ->  Sort
--                                 InitPlan 29
--                                   ->  Result
--                                 InitPlan 30
--                                   ->  Result
--                                 InitPlan 31
--                                   ->  Result
--                                 InitPlan 32
--                                   ->  Result
--                                 InitPlan 33
--                                   ->  Result
--                                 InitPlan 34
--                                   ->  Result
--                                 InitPlan 35
--                                   ->  Result
--                                 InitPlan 36
--                                   ->  Result
--                                 ->  Nested Loop
--                                       ->  Nested Loop Left Join
--                                             ->  Index Scan using note_pkey on note n_1
--                                             ->  Index Scan using referral_pkey on referral r_3
--                                       ->  Seq Scan on organisation o_3
--           SubPlan 43
--             ->  Aggregate
--                   InitPlan 41
--                     ->  Result
--                   InitPlan 42
--                     ->  Result
--                   ->  Bitmap Heap Scan on contact c_1
--                         ->  Bitmap Index Scan on contact_referral

-- operation: viewer.graphql
select ('{"viewer":' || r0.data || '}') as data, r0.persons as persons, r0.referrals as referrals
from
  (
    select
      coalesce(max(t1.data), graph.run_plain()) as data,
      array_remove(array_agg(t1.person), null) as persons,
      array_remove(array_agg(t1.referral), null) as referrals
    from
      (
        select
          (
            '{"organisation":' || coalesce(
              (
                select
                  (
                    '{"id":"org_' || t2.id || '","name":' || coalesce(
                      to_json(t2.name)::text,
                      graph.run_plain()
                    ) || ',"sector":' || coalesce('"' || t2.sector || '"', graph.run_plain()) || ',"identifiers":' || (
                      select
                        (
                          '[' || coalesce(
                            string_agg(
                              '{"system":' || coalesce(
                                to_json(t3.system)::text,
                                graph.run_plain()
                              ) || ',"value":' || coalesce(to_json(t3.value)::text, graph.run_plain()) || '}',
                              ','
                            ),
                            ''
                          ) || ']'
                        )
                      from
                        (
                          select x.*
                          from graph.organisation_identifier as x
                          where x.organisation_id = t2.id
                          order by system, value
                        ) as t3
                    ) || '}'
                  )
                from graph.organisation as t2
                where t2.id = t.organisation_id
              ),
              'null'
            ) || ',"practitioner":' || coalesce(
              (
                select
                  (
                    '{"id":"pra_' || t4.id || '","name":' || coalesce(
                      to_json(t4.name)::text,
                      graph.run_plain()
                    ) || ',"jobTitle":' || coalesce(to_json(t4.job_title)::text, 'null') || '}'
                  )
                from graph.practitioner as t4
                where t4.id = t.practitioner_id
              ),
              'null'
            ) || ',"person":' || coalesce(
              (
                select ('{"id":"per_' || t5.id || '","name":' || coalesce(to_json(t5.name)::text, 'null') || '}')
                from graph.own_person as t5
                where t5.id = t.person_id
              ),
              'null'
            ) || ',"roles":' || coalesce(to_json(t.roles)::text, graph.run_plain()) || ',"sector":' || coalesce(
              '"' || t.sector || '"',
              'null'
            ) || ',"purpose":' || coalesce(to_json(t.purpose)::text, 'null') || ',"networks":' || (
              select
                (
                  '[' || coalesce(
                    string_agg(
                      '{"id":"net_' || t6.id || '","name":' || coalesce(
                        to_json(t6.name)::text,
                        graph.run_plain()
                      ) || ',"kind":' || coalesce('"' || t6.kind || '"', graph.run_plain()) || '}',
                      ','
                    ),
                    ''
                  ) || ']'
                )
              from
                (select x.* from graph.organisation_network as x where x.organisation_id = t.id order by name, id) as t6
            ) || ',"tokenExpiresAt":' || coalesce(
              to_char(t.token_expires_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
              graph.run_plain()
            ) || '}'
          ) as data,
          null::uuid as person,
          null::uuid as referral
        from graph.viewer as t
        where true
        limit 1
      ) as t1
  ) as r0;
--   Subquery Scan on r0
--     ->  Aggregate
--           ->  Limit
--                 ->  Subquery Scan on v
--                       ->  Result
--                       SubPlan 4
--                         ->  Seq Scan on organisation o
--                               InitPlan 3
--                                 ->  Result
--                               SubPlan 2
--                                 ->  Aggregate
--                                       ->  Sort
--                                             InitPlan 1
--                                               ->  Result
--                                             ->  Seq Scan on organisation_identifier i
--                       SubPlan 6
--                         ->  Seq Scan on practitioner p
--                               InitPlan 5
--                                 ->  Result
--                       SubPlan 7
--                         ->  Result
--                               ->  Function Scan on own_demographics o_1
--                       SubPlan 10
--                         ->  Aggregate
--                               ->  Sort
--                                     InitPlan 8
--                                       ->  Result
--                                     InitPlan 9
--                                       ->  Result
--                                     ->  Nested Loop
--                                           ->  Seq Scan on network_member m
--                                           ->  Seq Scan on network n

-- operation: vocabulary.graphql
select
  (
    '{"referralReasons":' || r0.data || ',"referralRoutes":' || r1.data || ',"instruments":' || r2.data || ',"organisations":' || r3.data || '}'
  ) as data,
  r0.persons || r1.persons || r2.persons || r3.persons as persons,
  r0.referrals || r1.referrals || r2.referrals || r3.referrals as referrals
from
  (
    select
      (
        '[' || coalesce(
          string_agg(
            '{"key":' || coalesce(to_json(t1.key)::text, graph.run_plain()) || ',"label":' || coalesce(
              to_json(t1.label)::text,
              graph.run_plain()
            ) || ',"snomedCode":' || coalesce(to_json(t1.snomed_code)::text, 'null') || '}',
            ','
          ),
          ''
        ) || ']'
      ) as data,
      null::uuid[] as persons,
      null::uuid[] as referrals
    from (select x.* from graph.referral_reason as x order by position) as t1
  ) as r0
  cross join (
    select
      (
        '[' || coalesce(
          string_agg(
            '{"key":' || coalesce(to_json(t2.key)::text, graph.run_plain()) || ',"label":' || coalesce(
              to_json(t2.label)::text,
              graph.run_plain()
            ) || '}',
            ','
          ),
          ''
        ) || ']'
      ) as data,
      null::uuid[] as persons,
      null::uuid[] as referrals
    from (select x.* from graph.referral_route as x order by position) as t2
  ) as r1
  cross join (
    select
      (
        '[' || coalesce(
          string_agg(
            '{"key":' || coalesce(to_json(t3.key)::text, graph.run_plain()) || ',"label":' || coalesce(
              to_json(t3.label)::text,
              graph.run_plain()
            ) || ',"minimum":' || coalesce(
              case
                when t3.minimum::float8 != 0
                and abs(t3.minimum::float8) not between 1e-3 and 1e14
                and strpos(t3.minimum::float8::text, 'e') > 0 then graph.run_plain()
                else t3.minimum::float8::text
              end,
              graph.run_plain()
            ) || ',"maximum":' || coalesce(
              case
                when t3.maximum::float8 != 0
                and abs(t3.maximum::float8) not between 1e-3 and 1e14
                and strpos(t3.maximum::float8::text, 'e') > 0 then graph.run_plain()
                else t3.maximum::float8::text
              end,
              graph.run_plain()
            ) || ',"items":' || coalesce(t3.items::text, graph.run_plain()) || ',"higherIsBetter":' || case
              when t3.higher_is_better then 'true'
              when not t3.higher_is_better then 'false'
              else 'null'
            end || ',"licence":' || coalesce(to_json(t3.licence)::text, graph.run_plain()) || '}',
            ','
          ),
          ''
        ) || ']'
      ) as data,
      null::uuid[] as persons,
      null::uuid[] as referrals
    from (select x.* from graph.instrument as x order by position) as t3
  ) as r2
  cross join (
    select
      (
        '{"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"id":"org_' || t4.id || '","name":' || coalesce(
                to_json(t4.name)::text,
                graph.run_plain()
              ) || ',"sector":' || coalesce('"' || t4.sector || '"', graph.run_plain()) || '}',
              ','
            ),
            ''
          ) || ']'
        ) || '}'
      ) as data,
      null::uuid[] as persons,
      null::uuid[] as referrals
    from
      (
        select t.*
        from graph.organisation as t
        where (receives_referrals = $1::boolean)
        order by name, id
        limit $2::integer
      ) as t4
  ) as r3;
--   Nested Loop
--     ->  Nested Loop
--           ->  Nested Loop
--                 ->  Aggregate
--                       ->  Sort
--                             InitPlan 1
--                               ->  Result
--                             ->  Seq Scan on reason r
--                 ->  Aggregate
--                       ->  Sort
--                             InitPlan 7
--                               ->  Result
--                             ->  Seq Scan on route r_1
--                                   SubPlan 6
--                                     ->  Limit
--                                           InitPlan 2
--                                             ->  Result
--                                           InitPlan 3
--                                             ->  Result
--                                           InitPlan 4
--                                             ->  Result
--                                           InitPlan 5
--                                             ->  Result
--                                           ->  Sort
--                                                 ->  Nested Loop
--                                                       ->  Nested Loop
--                                                             ->  Seq Scan on route_name n
--                                                             ->  Seq Scan on network k
--                                                       ->  Index Only Scan using network_member_pkey on network_member m
--           ->  Aggregate
--                 ->  Sort
--                       InitPlan 8
--                         ->  Result
--                       ->  Seq Scan on instrument i
--     ->  Aggregate
--           ->  Limit
--                 InitPlan 9
--                   ->  Result
--                 ->  Index Scan using organisation_name on organisation o

-- operation: waiting-list.graphql
select ('{"referrals":' || r0.data || '}') as data, r0.persons as persons, r0.referrals as referrals
from
  (
    select
      (
        '{"totalCount":' || (
          select count(*)::text from graph.referral_list as t where (status = any ($1::text[]))
        ) || ',"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"id":"ref_' || t1.id || '","reference":' || coalesce(
                to_json(t1.reference)::text,
                graph.run_plain()
              ) || ',"waitingSince":' || coalesce(
                to_char(t1.waiting_since at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                'null'
              ) || ',"waitingDays":' || coalesce(t1.waiting_days::text, 'null') || ',"waitingPosition":' || coalesce(
                t1.waiting_position::text,
                'null'
              ) || ',"service":' || coalesce(
                (
                  select ('{"name":' || coalesce(to_json(t2.name)::text, graph.run_plain()) || '}')
                  from graph.service as t2
                  where t2.id = t1.service_id
                ),
                'null'
              ) || ',"person":' || coalesce(
                (
                  select ('{"name":' || coalesce(to_json(t3.name)::text, 'null') || '}')
                  from graph.person as t3
                  where t3.id = t1.person_id
                ),
                'null'
              ) || '}',
              ','
            ),
            ''
          ) || ']'
        ) || '}'
      ) as data,
      array_agg(t1.person_id) as persons,
      array_agg(t1.id) as referrals
    from
      (
        select t.*
        from graph.referral_list as t
        where (status = any ($1::text[]))
        order by listed_waiting_since, id
        limit $2::integer
      ) as t1
  ) as r0;
--   Subquery Scan on r0
--     ->  Aggregate
--           InitPlan 6
--             ->  Aggregate
--                   InitPlan 1
--                     ->  Result
--                   InitPlan 2
--                     ->  Result
--                   InitPlan 3
--                     ->  Result
--                   InitPlan 4
--                     ->  Result
--                   InitPlan 5
--                     ->  Result
--                   ->  Nested Loop
--                         ->  Bitmap Heap Scan on referral_party p_1
--                               ->  Bitmap Index Scan on party_waiting
--                         ->  Index Scan using referral_pkey on referral r_1
--           ->  Limit
--                 InitPlan 15
--                   ->  Result
--                 InitPlan 16
--                   ->  Result
--                 InitPlan 17
--                   ->  Result
--                 InitPlan 18
--                   ->  Result
--                 InitPlan 19
--                   ->  Result
--                 InitPlan 20
--                   ->  Result
--                 InitPlan 21
--                   ->  Result
--                 InitPlan 22
--                   ->  Result
--                 InitPlan 26
--                   ->  Result
--                 InitPlan 27
--                   ->  Result
--                 InitPlan 28
--                   ->  Result
--                 InitPlan 29
--                   ->  Result
--                 InitPlan 30
--                   ->  Result
--                 ->  Result
--                       ->  Sort
--                             ->  Nested Loop
--                                   ->  Bitmap Heap Scan on referral_party p
--                                         ->  Bitmap Index Scan on party_waiting
--                                   ->  Index Scan using referral_pkey on referral r
--                       SubPlan 25
--                         ->  Aggregate
--                               InitPlan 23
--                                 ->  Result
--                               InitPlan 24
--                                 ->  Result
--                               ->  Index Scan using referral_waiting on referral w
--           SubPlan 9
--             ->  Index Scan using service_pkey on service s
--                   InitPlan 7
--                     ->  Result
--                   InitPlan 8
--                     ->  Result
--           SubPlan 14
--             ->  Nested Loop Left Join
--                   InitPlan 10
--                     ->  Result
--                   InitPlan 11
--                     ->  Result
--                   ->  Index Scan using person_pkey on person p_2
--                   ->  Aggregate
--                         ->  Sort
--                               ->  Subquery Scan on s_1
--                                     ->  WindowAgg
--                                           InitPlan 12
--                                             ->  Result
--                                           InitPlan 13
--                                             ->  Result
--                                           ->  Sort
--                                                 ->  Bitmap Heap Scan on source_record s_2
--                                                       ->  Bitmap Index Scan on source_record_person

-- operation: worklist.graphql
select ('{"referrals":' || r0.data || '}') as data, r0.persons as persons, r0.referrals as referrals
from
  (
    select
      (
        '{"totalCount":' || (
          select count(*)::text from graph.referral_list as t where (status = any ($1::text[]))
        ) || ',"nodes":' || (
          '[' || coalesce(
            string_agg(
              '{"id":"ref_' || t1.id || '","reference":' || coalesce(
                to_json(t1.reference)::text,
                graph.run_plain()
              ) || ',"kind":' || coalesce('"' || t1.kind || '"', graph.run_plain()) || ',"status":' || coalesce(
                '"' || t1.status || '"',
                graph.run_plain()
              ) || ',"disclosure":' || coalesce(
                '"' || t1.disclosure || '"',
                graph.run_plain()
              ) || ',"allowedActions":' || coalesce(
                to_json(t1.allowed_actions)::text,
                graph.run_plain()
              ) || ',"waitingSince":' || coalesce(
                to_char(t1.waiting_since at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                'null'
              ) || ',"receivedAt":' || coalesce(
                to_char(t1.received_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
                graph.run_plain()
              ) || ',"reasons":' || (
                select
                  (
                    '[' || coalesce(
                      string_agg('{"label":' || coalesce(to_json(t2.label)::text, graph.run_plain()) || '}', ','),
                      ''
                    ) || ']'
                  )
                from (select x.* from graph.referral_reason_of as x where x.referral_id = t1.id order by position) as t2
              ) || ',"person":' || coalesce(
                (
                  select ('{"id":"per_' || t3.id || '","name":' || coalesce(to_json(t3.name)::text, 'null') || '}')
                  from graph.person as t3
                  where t3.id = t1.person_id
                ),
                'null'
              ) || ',"linkWorker":' || coalesce(
                (
                  select ('{"name":' || coalesce(to_json(t4.name)::text, graph.run_plain()) || '}')
                  from graph.practitioner as t4
                  where t4.id = t1.link_worker_id
                ),
                'null'
              ) || '}',
              ','
              order by t1.__n
            ) filter (where t1.__n <= $2::integer),
            ''
          ) || ']'
        ) || ',"pageInfo":' || (
          '{"hasNextPage":' || case
            when count(t1.__n) > $2::integer then 'true'
            else 'false'
          end || ',"endCursor":' || coalesce(
            '"' || (
              array_agg(
                translate(
                  encode(
                    convert_to(
                      coalesce(extract(epoch from t1.listed_waiting_since)::text, '') || '|' || coalesce(
                        t1.id::text,
                        ''
                      ),
                      'UTF8'
                    ),
                    'base64'
                  ),
                  E'+/=\n',
                  '-_'
                )
                order by t1.__n desc
              ) filter (where t1.__n <= $2::integer)
            )[1] || '"',
            'null'
          ) || '}'
        ) || '}'
      ) as data,
      array_agg(t1.person_id) filter (where t1.__n <= $2::integer) as persons,
      array_agg(t1.id) filter (where t1.__n <= $2::integer) as referrals
    from
      (
        select t.*, row_number() over (order by listed_waiting_since, id) as __n
        from graph.referral_list as t
        where (status = any ($1::text[]))
        order by listed_waiting_since, id
        limit $2::integer + 1
      ) as t1
  ) as r0;
--   Subquery Scan on r0
--     ->  Aggregate
--           InitPlan 6
--             ->  Aggregate
--                   InitPlan 1
--                     ->  Result
--                   InitPlan 2
--                     ->  Result
--                   InitPlan 3
--                     ->  Result
--                   InitPlan 4
--                     ->  Result
--                   InitPlan 5
--                     ->  Result
--                   ->  Nested Loop
--                         ->  Bitmap Heap Scan on referral_party p_1
--                               ->  Bitmap Index Scan on party_waiting
--                         ->  Index Scan using referral_pkey on referral r_1
--           ->  Limit
--                 InitPlan 21
--                   ->  Result
--                 InitPlan 22
--                   ->  Result
--                 InitPlan 24
--                   ->  Result
--                 InitPlan 25
--                   ->  Result
--                 InitPlan 26
--                   ->  Result
--                 InitPlan 27
--                   ->  Result
--                 InitPlan 28
--                   ->  Result
--                 InitPlan 29
--                   ->  Result
--                 InitPlan 30
--                   ->  Result
--                 InitPlan 31
--                   ->  Result
--                 InitPlan 32
--                   ->  Result
--                 InitPlan 33
--                   ->  Result
--                 ->  WindowAgg
--                       ->  Sort
--                             ->  Nested Loop
--                                   ->  Bitmap Heap Scan on referral_party p
--                                         ->  Bitmap Index Scan on party_waiting
--                                   ->  Index Scan using referral_pkey on referral r
--                       SubPlan 23
--                         ->  Sort
--                               ->  Seq Scan on transition t
--           SubPlan 13
--             ->  Aggregate
--                   ->  Sort
--                         InitPlan 7
--                           ->  Result
--                         InitPlan 8
--                           ->  Result
--                         InitPlan 9
--                           ->  Result
--                         InitPlan 10
--                           ->  Result
--                         InitPlan 11
--                           ->  Result
--                         InitPlan 12
--                           ->  Result
--                         ->  Nested Loop
--                               ->  Index Scan using referral_pkey on referral r_2
--                               ->  Hash Join
--                                     ->  Function Scan on unnest n
--                                     ->  Hash
--                                           ->  Seq Scan on reason v
--           SubPlan 18
--             ->  Nested Loop Left Join
--                   InitPlan 14
--                     ->  Result
--                   InitPlan 15
--                     ->  Result
--                   ->  Index Scan using person_pkey on person p_2
--                   ->  Aggregate
--                         ->  Sort
--                               ->  Subquery Scan on s
--                                     ->  WindowAgg
--                                           InitPlan 16
--                                             ->  Result
--                                           InitPlan 17
--                                             ->  Result
--                                           ->  Sort
--                                                 ->  Bitmap Heap Scan on source_record s_1
--                                                       ->  Bitmap Index Scan on source_record_person
--           SubPlan 20
--             ->  Seq Scan on practitioner p_3
--                   InitPlan 19
--                     ->  Result

-- organisations.cover
select hub.set_cover($1, $2, $3, $4) as cover;
--   Result

-- outcomes.close
insert into hub.outcome (referral_id, result, summary, self_management_plan, plan_declined, organisation_id)
values ($1, $2, $3, $4, $5, hub.viewer_party());
--   Insert on outcome
--     InitPlan 1
--       ->  Result
--     ->  Result
--     SubPlan 5
--       ->  Index Scan using referral_pkey on referral r
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--             InitPlan 4
--               ->  Result

-- outcomes.instrument
select
  i.key,
  i.version,
  i.minimum,
  i.maximum,
  i.scoring,
  i.whole_numbers,
  (
    select coalesce(json_agg(n order by n.position), '[]') from graph.instrument_item as n where n.instrument = i.key
  ) as items,
  (select coalesce(json_agg(c), '[]') from graph.instrument_conversion as c where c.instrument = i.key) as conversions,
  (
    select coalesce(json_agg(l order by l.from_score), '[]') from graph.instrument_level as l where l.instrument = i.key
  ) as levels
from graph.instrument as i
where i.key = $1;
--   Seq Scan on instrument i
--     InitPlan 9
--       ->  Result
--     SubPlan 2
--       ->  Aggregate
--             InitPlan 1
--               ->  Result
--             ->  Sort
--                   ->  Seq Scan on instrument_item i_1
--     SubPlan 5
--       ->  Aggregate
--             InitPlan 3
--               ->  Result
--             InitPlan 4
--               ->  Result
--             ->  Nested Loop
--                   ->  Seq Scan on instrument i_2
--                   ->  Seq Scan on instrument_conversion c
--     SubPlan 8
--       ->  Aggregate
--             InitPlan 6
--               ->  Result
--             InitPlan 7
--               ->  Result
--             ->  Sort
--                   ->  Nested Loop
--                         ->  Seq Scan on instrument i_3
--                         ->  Seq Scan on instrument_level l

-- outcomes.measure
insert into hub.measurement
  (
    referral_id,
    instrument,
    occasion,
    score,
    items,
    taken_on,
    organisation_id,
    instrument_version,
    converted_score,
    level
  )
values ($1, $2, $3, $4, $5, $6, hub.viewer_party(), $7, $8, $9)
returning id;
--   Insert on measurement
--     InitPlan 1
--       ->  Result
--     InitPlan 10
--       ->  Result
--     InitPlan 11
--       ->  Result
--     ->  Result
--     SubPlan 5
--       ->  Index Scan using referral_pkey on referral r
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--             InitPlan 4
--               ->  Result

-- people.end-proxy
select hub.end_proxy($1) as id;
--   Result

-- people.record-proxy
select hub.record_proxy($1) as id;
--   Result

-- plans.insert
insert into hub.plan (referral_id, what_matters, goals, organisation_id)
select $1::uuid, coalesce($2, p.what_matters), coalesce($3::jsonb, p.goals, '[]'), hub.viewer_party()
from
  (select) as one
  left join graph.plan as p on p.id = $1::uuid;
--   Insert on plan
--     InitPlan 1
--       ->  Result
--     ->  Nested Loop Left Join
--           ->  Result
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Limit
--                             InitPlan 10
--                               ->  Result
--                             InitPlan 11
--                               ->  Result
--                             InitPlan 12
--                               ->  Result
--                             InitPlan 13
--                               ->  Result
--                             InitPlan 14
--                               ->  Result
--                             ->  Sort
--                                   ->  Nested Loop
--                                         ->  Seq Scan on plan p_1
--                                         ->  Index Scan using referral_pkey on referral r
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Result
--                             InitPlan 15
--                               ->  Result
--                             ->  Function Scan on own_plans o
--     SubPlan 5
--       ->  Index Scan using referral_pkey on referral r_1
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--             InitPlan 4
--               ->  Result

-- preparations.insert
insert into hub.preparation (referral_id, kind, ready, adjustments, at, organisation_id)
values ($1, $2, $3, $4, coalesce($5, hub.clock()), hub.viewer_party());
--   Insert on preparation
--     InitPlan 1
--       ->  Result
--     ->  Result
--     SubPlan 5
--       ->  Index Scan using referral_pkey on referral r
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--             InitPlan 4
--               ->  Result

-- programmes.find
select id from graph.programme where id = $1;
--   Seq Scan on programme p
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result

-- programmes.publish
select hub.publish_parameters($1, $2) as result;
--   Result

-- records.keep
select hub.keep_source_record($1) as outcome;
--   Result

-- referrals.assign
update hub.referral set link_worker_id = $2 where id = $1 returning version;
--   Update on referral
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     ->  Index Scan using referral_pkey on referral

-- referrals.assignment
select assignment from hub.referral where id = $1;
--   Index Scan using referral_pkey on referral
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result

-- referrals.death
select hub.record_death($1, $2);
--   Result

-- referrals.limit
insert into hub.response_limit (organisation_id, service_id, working_days)
values (hub.viewer_party(), $1, $2)
on conflict (organisation_id, service_id) do update set working_days = excluded.working_days
returning id;
--   Insert on response_limit
--     InitPlan 1
--       ->  Result
--     InitPlan 8
--       ->  Result
--     InitPlan 9
--       ->  Result
--     InitPlan 10
--       ->  Result
--     InitPlan 11
--       ->  Result
--     InitPlan 12
--       ->  Result
--     InitPlan 13
--       ->  Result
--     InitPlan 20
--       ->  Result
--     InitPlan 21
--       ->  Result
--     ->  Result
--     SubPlan 4
--       ->  Index Only Scan using service_of on service s
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result
--     SubPlan 16
--       ->  Index Only Scan using service_of on service s_1
--             InitPlan 14
--               ->  Result
--             InitPlan 15
--               ->  Result

-- referrals.lock
select * from hub.lock_referral($1);
--   Function Scan on lock_referral

-- referrals.move
select hub.move_referral($1, $2, $3, $4);
--   Result

-- referrals.note
insert into hub.note (referral_id, text, organisation_id, addressee_id) values ($1, $2, hub.viewer_party(), $3);
--   Insert on note
--     InitPlan 1
--       ->  Result
--     ->  Result
--     SubPlan 4
--       ->  Index Scan using referral_pkey on referral r
--             InitPlan 2
--               ->  Result
--             InitPlan 3
--               ->  Result

-- referrals.open
select hub.open_referral($1) as opened;
--   Result

-- referrals.person
select birth_date, postcode_district from graph.person where id = $1;
--   Nested Loop Left Join
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Index Scan using person_pkey on person p
--     ->  Aggregate
--           ->  Sort
--                 ->  Subquery Scan on s
--                       ->  WindowAgg
--                             InitPlan 3
--                               ->  Result
--                             InitPlan 4
--                               ->  Result
--                             ->  Sort
--                                   ->  Bitmap Heap Scan on source_record s_1
--                                         ->  Bitmap Index Scan on source_record_person

-- referrals.practice
select hub.change_practice($1, $2);
--   Result

-- referrals.practitioner
select id from graph.practitioner where id = $1 and organisation_id = hub.viewer_party() and left_on is null;
--   Seq Scan on practitioner p
--     InitPlan 1
--       ->  Result

-- referrals.reasons
select key from graph.referral_reason where key = any ($1);
--   Seq Scan on reason r
--     InitPlan 1
--       ->  Result

-- referrals.receiver
select id, sector, receives_referrals
from graph.organisation as o
where id = $1 and not exists (select from graph.organisation_end as e where e.id = o.id);
--   Nested Loop Anti Join
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Seq Scan on organisation o
--     ->  Seq Scan on organisation o_1

-- referrals.route
select key from graph.referral_route where key = $1;
--   Seq Scan on route r
--     InitPlan 1
--       ->  Result

-- referrals.service
select
  id,
  organisation_id,
  accepting_referrals as accepting,
  paused,
  minimum_age as "minimumAge",
  maximum_age as "maximumAge",
  areas
from graph.service
where id = $1;
--   Index Scan using service_pkey on service s
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result

-- referrals.withdraw
select hub.withdraw_referral($1, $2);
--   Result

-- reviews.attended
select count(*) as attended
from graph.contact
where referral_id = $1 and attendance = 'ATTENDED' and recorded_in_error_at is null;
--   Aggregate
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Bitmap Heap Scan on contact c
--           ->  Bitmap Index Scan on contact_referral

-- reviews.contacts
select hub.review_contacts($1);
--   Result

-- reviews.extend
select hub.extend_support($1, $2, $3, $4);
--   Result

-- safeguarding.emergency
select hub.request_emergency_access($1, $2);
--   Result

-- safeguarding.record
select hub.record_safeguarding_note($1, $2);
--   Result

-- self.feedback
select seq::integer, event_id, encode(substring(event_hash from 1 for 6), 'hex') as event_hash, kind, occurred_at, reference
   from graph.my_feed_entry where seq > $1 order by seq limit $2;
--   Limit
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     InitPlan 3
--       ->  Result
--     InitPlan 4
--       ->  Result
--     ->  Sort
--           ->  Result
--                 ->  Nested Loop
--                       ->  Seq Scan on party_feed f
--                       ->  Index Scan using event_pkey on event e

-- self.place
select encode(substring(event_hash from 1 for 6), 'hex') as hash from graph.my_feed_entry where seq = $1
   union all select encode(substring(floor_hash from 1 for 6), 'hex') from graph.my_feed_head where floor_seq = $1;
--   Append
--     ->  Result
--           InitPlan 1
--             ->  Result
--           InitPlan 2
--             ->  Result
--           InitPlan 3
--             ->  Result
--           InitPlan 4
--             ->  Result
--           ->  Nested Loop
--                 ->  Seq Scan on party_feed f
--                 ->  Index Scan using event_pkey on event e
--     ->  Result
--           InitPlan 5
--             ->  Result
--           InitPlan 6
--             ->  Result
--           InitPlan 7
--             ->  Result
--           ->  Seq Scan on feed_head h

-- self.refer
select hub.self_refer($1) as result;
--   Result

-- signposts.record
select hub.record_signpost($1, $2, $3);
--   Result

-- signposts.route
select key from graph.referral_route where key = $1;
--   Seq Scan on route r
--     InitPlan 1
--       ->  Result

-- signposts.service
select id from graph.service where id = $1;
--   Index Scan using service_pkey on service s
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result

-- vocabulary.name-route
select hub.name_route($1, $2, $3);
--   Result

-- vocabulary.route
select key from graph.referral_route where key = $1;
--   Seq Scan on route r
--     InitPlan 1
--       ->  Result

-- webhooks.add
insert into hub.webhook (organisation_id, url, position, position_hash)
select o.id, $2, coalesce(p.seq, 0), coalesce(p.hash, '')
from
  graph.organisation as o
  left join lateral hub.feed_place(
    case
      when $3 then null
      else o.id
    end
  ) as p
    on true
where
  o.id = (
    select i.organisation_id
    from graph.organisation_identifier as i
    where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = $1
  )
returning id;
--   Insert on webhook
--     InitPlan 1
--       ->  Result
--     InitPlan 3
--       ->  Seq Scan on organisation_identifier i
--             InitPlan 2
--               ->  Result
--     InitPlan 4
--       ->  Result
--     ->  Nested Loop Left Join
--           ->  Seq Scan on organisation o
--           ->  Function Scan on feed_place p

-- webhooks.list
select
  w.id,
  o.name as organisation,
  w.url,
  w.state,
  w.position,
  w.attempts,
  w.failing_since as "failingSince",
  w.last_result as "lastResult",
  case
    when w.attempts > 0
    and w.state = 'ACTIVE' then w.next_attempt_at
  end as "nextAttempt"
from
  hub.webhook as w
  join graph.organisation as o on o.id = w.organisation_id
where w.state != 'REMOVED'
order by o.name, w.id;
--   Sort
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Hash Join
--           ->  Seq Scan on organisation o
--           ->  Hash
--                 ->  Seq Scan on webhook w

-- webhooks.remove
update hub.webhook set state = 'REMOVED' where id = $1 returning id;
--   Update on webhook
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Seq Scan on webhook

-- webhooks.retry
update hub.webhook
set
  state = 'ACTIVE',
  attempts = 0,
  failing_since = null,
  next_attempt_at = now()
where id = $1 and state != 'REMOVED'
returning id;
--   Update on webhook
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Seq Scan on webhook

-- webhooks.rotate
update hub.webhook
set
  generation = generation + 1,
  overlap_until = now() + interval '24 hours'
where id = $1 and state != 'REMOVED'
returning generation;
--   Update on webhook
--     InitPlan 1
--       ->  Result
--     InitPlan 2
--       ->  Result
--     ->  Seq Scan on webhook
