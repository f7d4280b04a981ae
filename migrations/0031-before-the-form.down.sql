set local role loopwell_guard;
create or replace view graph.referral_route as select r.position, r.key, r.label from hub.route r;
drop view graph.reason_code, graph.reason_category, graph.referral_reason_of, graph.referral_reason;
create view graph.referral_reason as select r.position, r.key, r.label, r.snomed_code from hub.reason r;
create view graph.referral_reason_of as
  select r.id as referral_id, n.position::integer, v.key, v.label, v.snomed_code
  from graph.referral r cross join lateral unnest(r.reasons) with ordinality n (key, position) join hub.reason v on v.key = n.key;
grant select on graph.referral_reason, graph.referral_reason_of to loopwell_api;
reset role;
set local role loopwell_owner;
update hub.reason set snomed_code = null where key = 'physical-inactivity';
drop table hub.reason_code, hub.route_name;
drop function hub.check_digit_holds, hub.name_route, hub.count_routes, hub.count_signposts, hub.count_unmet_need, hub.count_service_loads;
drop index hub.referral_received;
do $$
declare
  counted regclass;
begin
  foreach counted in array array['hub.referral', 'hub.network_member', 'hub.service', 'hub.service_load', 'hub.route', 'hub.reason', 'hub.sharing_agreement']::regclass[] loop
    execute format('drop policy counter on %s', counted);
    execute format('revoke all on %s from loopwell_counter', counted);
  end loop;
end $$;
drop function hub.closed_month, hub.viewer_counts_in, hub.suppress, hub.log_unmet_need, hub.record_signpost;
drop table hub.unmet_need, hub.signpost, hub.reason_category;
reset role;
