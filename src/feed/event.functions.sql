-- How an event is written. An event names no recipient: its audience is computed here.

-- The one way a service says that something happened on a referral. Refuses a viewer that may not report it.
create or replace function hub.append_event(event_kind text, referral uuid, subject jsonb default '{}')
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  about hub.referral;
begin
  select r.*
  into about
  from hub.referral as r
  where
    r.id = referral
    and (
      hub.viewer_has_agreement()
      and hub.viewer_party() = any (r.party_ids)
      or hub.viewer_is_person()
      and r.person_id = hub.viewer_party()
    )
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  -- a party that only watches reports nothing, and its referrer only what a referrer does
  if
    hub.viewer_is_organisation()
    and not hub.viewer_party() = any (about.writer_ids || about.full_party_ids)
    and not (
      hub.viewer_party() = about.referrer_id
      and event_kind in ('REFERRAL_RECEIVED', 'ONWARD_REFERRAL_CREATED', 'REFERRAL_CANCELLED', 'SOURCE_RECORD_CHANGED')
    )
  then
    raise exception 'not for this party to report' using errcode = 'LW403';
  end if;
  -- a foreign key does not ask row security: what the event is about must be of this referral
  if
    subject ->> 'contact' is not null
    and not exists (
      select from hub.contact as c where c.id = (subject ->> 'contact')::uuid and c.referral_id = about.id
    )
    or subject ->> 'measurement' is not null
    and not exists (
      select from hub.measurement as m where m.id = (subject ->> 'measurement')::uuid and m.referral_id = about.id
    )
  then
    raise exception 'no such subject' using errcode = 'LW404';
  end if;
  return hub.tell(event_kind, about, subject);
end;
$$;
alter function hub.append_event owner to loopwell_keeper;
grant execute on function hub.append_event to loopwell_api;
