-- An organisation closes: what was open with it is returned.

-- For keepers alone: an organisation that still exists, by its ODS code, for the operator.
create or replace function hub.organisation_of_code(code text)
returns uuid
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  found_one uuid;
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the operator alone' using errcode = 'LW403';
  end if;
  select o.id
  into found_one
  from
    hub.organisation_identifier as i
    join hub.organisation as o on o.id = i.organisation_id
  where i.system = 'https://fhir.nhs.uk/Id/ods-organization-code' and i.value = code and o.closed_on is null
  for no key update of o;
  if found_one is null then
    raise exception 'no open organisation has the ODS code %', code using errcode = 'LW404';
  end if;
  return found_one;
end;
$$;
alter function hub.organisation_of_code owner to loopwell_keeper;

-- For keepers alone: from today on the organisation neither acts nor reads.
create or replace function hub.end_organisation(ending uuid, successor uuid)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  update hub.organisation as o
  set
    closed_on = hub.today(),
    successor_id = successor,
    receives_referrals = false
  where o.id = ending;
  update hub.sharing_agreement as a
  set valid_to = hub.today() - 1
  where a.organisation_id = ending and a.valid_to >= hub.today();
end;
$$;
alter function hub.end_organisation owner to loopwell_keeper;

-- For keepers alone: what its receiver can no longer do goes back to the referrer, who hears of it and may refer again.
create or replace function hub.return_referral(about hub.referral)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  why constant text := 'The organisation has closed.';
begin
  if about.status = 'RECEIVED' then
    update hub.referral as r
    set
      status = 'DECLINED',
      decline_reason = why
    where r.id = about.id
    returning r.*
    into about;
    perform hub.write_quietly('REFERRAL_DECLINED', about);
  elseif hub.is_under_way(about.status) then
    insert into hub.outcome (referral_id, result, summary, plan_declined, organisation_id)
    values (about.id, 'OTHER', why, false, about.receiver_id);
    update hub.referral as r set status = 'CLOSED' where r.id = about.id returning r.* into about;
    perform hub.write_quietly('REFERRAL_CLOSED', about);
  end if;
end;
$$;
alter function hub.return_referral owner to loopwell_keeper;

-- Closes an organisation at the operator's word. Answers how many referrals were returned.
create or replace function hub.close_organisation(code text)
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  closing uuid := hub.organisation_of_code(code);
  about hub.referral;
  returned integer := 0;
begin
  perform hub.end_organisation(closing, null);
  for about in select r.*
  from hub.referral as r
  where
    exists (
      select from hub.referral_party as p where p.referral_id = r.id and p.party_id = closing and p.ended_at is null
    )
    and hub.is_open(r.status)
  order by r.depth, r.id
  for no key update loop
    if about.receiver_id = closing then
      perform hub.return_referral(about);
      returned := returned + 1;
    else
      perform hub.end_party(about, closing);
    end if;
  end loop;
  update hub.service as s
  set
    accepting_referrals = false,
    active = false
  where s.organisation_id = closing;
  update hub.practitioner as p set left_on = hub.today() where p.organisation_id = closing and p.left_on is null;
  -- a crisis that no clinician here has in hand is told to the link worker at once
  update hub.escalation as e
  set next_alert_at = hub.clock()
  where e.practice_id = closing and e.acknowledged_at is null;
  return returned;
end;
$$;
alter function hub.close_organisation owner to loopwell_keeper;
grant execute on function hub.close_organisation to loopwell_api;
