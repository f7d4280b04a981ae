-- Reviews. Link-worker support is meant to take 6 to 12 contacts over three months ("Top tips: social prescribing in
-- general practice", Guidelines in Practice, 2021). At the twelfth contact, and after ninety days, its link worker is
-- asked whether it should go on; a reasoned extension moves what is asked for next.

-- Trigger: sets both thresholds when a link worker accepts.
create or replace function hub.set_review()
returns trigger
language plpgsql
as $$
begin
  new.review_contacts := 12;
  new.review_at := hub.clock() + interval '90 days';
  return new;
end;
$$;

-- After a contact took place: the link worker hears once that so many have.
create or replace function hub.review_contacts(target uuid)
returns void
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
begin
  update hub.referral as r
  set contacts_flagged_at = hub.clock()
  where
    r.id = target
    and viewer = any (r.writer_ids)
    and r.contacts_flagged_at is null
    and hub.attended_contacts(r.id) >= r.review_contacts;
  if found then
    perform hub.append_event('REVIEW_DUE', target);
  end if;
end;
$$;
alter function hub.review_contacts owner to loopwell_keeper;
grant execute on function hub.review_contacts to loopwell_api;

-- Clock: support that has gone on past its day.
create or replace function hub.review_due()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  about hub.referral;
  told integer := 0;
begin
  for about in select r.*
  from hub.referral as r
  where r.review_at <= hub.clock() and r.days_flagged_at is null and hub.is_under_way(r.status)
  order by r.review_at
  limit 100
  for no key update skip locked loop
    update hub.referral as r set days_flagged_at = hub.clock() where r.id = about.id;
    perform hub.tell('REVIEW_DUE', about);
    told := told + 1;
  end loop;
  return told;
end;
$$;
alter function hub.review_due owner to loopwell_keeper;

-- Extends support, with a reason. A threshold that was passed and is not set anew is answered by the extension: it asks
-- no more.
create or replace function hub.extend_support(target uuid, why text, contacts integer, until date)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  extension uuid;
begin
  -- A threshold that was passed and is not set anew is answered by the extension: it asks no more.
  update hub.referral as r
  set
    review_contacts = coalesce(
      extend_support.contacts,
      case
        when hub.attended_contacts(r.id) < r.review_contacts then r.review_contacts
      end
    ),
    contacts_flagged_at = case
      when extend_support.contacts is null then r.contacts_flagged_at
    end,
    review_at = coalesce(
      hub.start_of(extend_support.until + 1),
      case
        when r.review_at > hub.clock() then r.review_at
      end
    ),
    days_flagged_at = case
      when extend_support.until is null then r.days_flagged_at
    end
  where r.id = target and viewer = any (r.writer_ids);
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  insert into hub.extension (referral_id, reason, contacts, until, organisation_id)
  values (target, why, extend_support.contacts, extend_support.until, viewer)
  returning id
  into extension;
  return extension;
end;
$$;
alter function hub.extend_support owner to loopwell_keeper;
grant execute on function hub.extend_support to loopwell_api;
