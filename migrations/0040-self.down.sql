set local role loopwell_guard;
create or replace view graph.plan as
  select distinct on (p.referral_id) p.referral_id as id, p.what_matters, p.goals, p.agreed_on
  from hub.plan p join hub.referral r on r.id = p.referral_id
  where (select hub.viewer_party()) = any (r.full_party_ids || r.writer_ids || array[r.root_referrer_id, r.referrer_id, r.practice_id])
  order by p.referral_id, p.ordinal desc;
drop view graph.my_feed_head, graph.my_feed_entry, graph.my_access, graph.my_shared_with, graph.my_referral;
reset role;
set local role loopwell_owner;
create or replace function hub.person_of_number(number text) returns uuid language plpgsql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the sign-in alone' using errcode = 'LW403';
  end if;
  return coalesce(
    (select s.person_id from hub.source_record s join hub.person p on p.id = s.person_id
      where s.nhs_number = number and not p.provisional order by s.received_at, s.id limit 1),
    (select (left(h, 12) || '4' || substr(h, 14, 3) || substr('89ab', 1 + ascii(substr(h, 17, 1)) % 4, 1) || substr(h, 18, 15))::uuid
      from (select encode(sha256(convert_to(value || number, 'UTF8')), 'hex') as h from hub.pepper) peppered));
end $$;
create or replace function hub.own_demographics() returns table (name text, birth_date date, nhs_number text, postcode text)
  language sql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
  select trim(concat(d ->> 'givenName', ' ', d ->> 'familyName')), (d ->> 'birthDate')::date, d ->> 'nhsNumber', d ->> 'postcode'
  from (select jsonb_build_object(
      'givenName', (array_agg(s.given_name order by s.received_at desc) filter (where s.given_name is not null))[1],
      'familyName', (array_agg(s.family_name order by s.received_at desc) filter (where s.family_name is not null))[1],
      'birthDate', (array_agg(s.birth_date order by s.received_at desc) filter (where s.birth_date is not null))[1],
      'nhsNumber', (array_agg(s.nhs_number order by s.received_at desc) filter (where s.nhs_number is not null))[1],
      'postcode', (array_agg(s.postcode order by s.received_at desc) filter (where s.postcode is not null))[1]) d
    from hub.source_record s where hub.viewer_is_person() and s.person_id = hub.viewer_party() and s.demographic and not s.superseded) own
$$;
drop function hub.own_particulars, hub.self_refer, hub.let_practice_in, hub.self_receiver, hub.identity_of, hub.own_access_log, hub.own_sharing, hub.own_plans, hub.own_referrals, hub.own_word;
drop table hub.override;
reset role;
