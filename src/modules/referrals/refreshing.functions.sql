-- A referrer sends its referral anew.

-- The referral that a message of this sender opened; null where there is none.
create or replace function hub.sent_referral(source_system text, source_id text)
returns uuid
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select r.id
  from hub.referral as r
  where
    r.referrer_id = hub.require_organisation()
    and r.source_system = sent_referral.source_system
    and r.source_id = sent_referral.source_id;
$$;
alter function hub.sent_referral owner to loopwell_keeper;
grant execute on function hub.sent_referral to loopwell_api;

-- For keepers alone: what goes to the receiver with a referral, as far as its referrer knows it now. A number never
-- goes onward, nor to a voluntary organisation.
create or replace function hub.sent_with(about hub.referral)
returns jsonb
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    hub.known_to(
      about.referrer_id,
      about.person_id,
      about.parent_id is null and receiver.sector != 'VOLUNTARY',
      about.parent_id is null
    )
  from hub.organisation as receiver
  where receiver.id = about.receiver_id;
$$;
alter function hub.sent_with owner to loopwell_keeper;

-- For keepers alone: the receiver's copy of what its referrer knows, made anew where that has changed.
create or replace function hub.refresh_given(about hub.referral)
returns boolean
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  given hub.source_record;
  sent jsonb := hub.sent_with(about);
begin
  select *
  into given
  from hub.source_record as s
  where s.referral_id = about.id and not s.superseded
  order by s.received_at desc
  limit 1;
  if given.raw_hash is not distinct from md5(sent::text) then
    return false;
  end if;
  update hub.source_record set superseded = true where id = given.id;
  perform
    hub.add_record(
      about.person_id,
      about.referrer_id,
      jsonb_build_object(
        'system',
        given.system,
        'externalId',
        given.external_id,
        'recordKind',
        given.kind,
        'summary',
        given.summary,
        'rawHash',
        md5(sent::text)
      ),
      sent,
      about.id,
      given.party_ids
    );
  return true;
end;
$$;
alter function hub.refresh_given owner to loopwell_keeper;

-- Takes over what the referrer says now: the record of the person, its own and the receiver's; reasons and note. A
-- referral does not change hands this way. 'same': nothing was new.
create or replace function hub.refresh_referral(target uuid, record jsonb, news jsonb)
returns text
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  kept record;
  changed boolean;
begin
  select r.*
  into about
  from hub.referral as r
  where r.id = target and r.referrer_id = viewer and viewer = any (r.party_ids)
  for no key update;
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  if (news ->> 'receiver')::uuid != about.receiver_id then
    return 'other-receiver';
  end if;
  select * into kept from hub.keep_record(record);
  if kept.outcome = 'duplicate' then
    return 'same'; -- this very message was taken in before; what came after it stands
  end if;
  changed := hub.refresh_given(about);
  if hub.texts(news -> 'reasons') != '{}' and hub.texts(news -> 'reasons') != about.reasons then
    update hub.referral set reasons = hub.texts(news -> 'reasons') where id = target;
    changed := true;
  end if;
  if
    news ->> 'note' is not null
    and not exists (
      select from hub.note as n where n.referral_id = target and n.organisation_id = viewer and n.text = news ->> 'note'
    )
  then
    insert into hub.note (referral_id, text, organisation_id, addressee_id)
    values (target, news ->> 'note', viewer, about.receiver_id);
    perform hub.fold_referral(target);
    changed := true;
  end if;
  if changed then
    perform hub.append_event('SOURCE_RECORD_CHANGED', target);
  end if;
  perform hub.follow_record(kept.person, record -> 'person');
  return case
    when changed then 'changed'
    else 'same'
  end;
end;
$$;
alter function hub.refresh_referral owner to loopwell_keeper;
grant execute on function hub.refresh_referral to loopwell_api;
