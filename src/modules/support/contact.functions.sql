-- Contacts, counted.

-- How many contacts took place on a referral. Entries made in error do not count.
create or replace function hub.attended_contacts(referral uuid)
returns bigint
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select count(*)
  from hub.contact as c
  where c.referral_id = referral and c.attendance = 'ATTENDED' and c.recorded_in_error_at is null;
$$;
alter function hub.attended_contacts owner to loopwell_keeper;

-- How many contacts the person missed or could not come to.
create or replace function hub.missed_contacts(referral uuid)
returns bigint
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select count(*)
  from hub.contact as c
  where
    c.referral_id = referral
    and c.attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND')
    and c.recorded_in_error_at is null;
$$;
alter function hub.missed_contacts owner to loopwell_keeper;
