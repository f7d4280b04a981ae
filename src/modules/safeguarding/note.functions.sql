-- Safeguarding notes.

-- Writes a note, by a party with FULL disclosure. Its author is told that it is kept, and reads it no more without the
-- role.
create or replace function hub.record_safeguarding_note(target uuid, words text)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  viewer uuid := hub.require_organisation();
  about hub.referral;
  written uuid;
begin
  select r.* into about from hub.referral as r where r.id = target and viewer = any (r.party_ids);
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  elseif not viewer = any (about.full_party_ids) then
    raise exception 'for parties that fully know it' using errcode = 'LW403';
  end if;
  insert into hub.safeguarding_note (referral_id, person_id, text, organisation_id, practitioner_id, party_ids)
  values (about.id, about.person_id, words, viewer, hub.viewer_practitioner(), about.full_party_ids)
  returning id
  into written;
  return written;
end;
$$;
alter function hub.record_safeguarding_note owner to loopwell_keeper;
grant execute on function hub.record_safeguarding_note to loopwell_api;
