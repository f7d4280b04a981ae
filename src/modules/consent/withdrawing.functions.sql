-- Consent withdrawn.

-- Withdraws consent for one referral or all that the viewer may decide for, for some organisations or altogether.
create or replace function hub.withdraw_consent(input jsonb)
returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  organisations uuid[] := hub.uuids(input -> 'organisations');
  about hub.referral;
  organisation uuid;
  ended boolean;
  touched integer := 0;
begin
  for about in select r.*
  from hub.referral as r
  where
    r.id in (
      select hub.with_descendants(top.id)
      from hub.referral as top
      where
        top.person_id = (input ->> 'person')::uuid
        and (input ->> 'referral' is null or top.id = (input ->> 'referral')::uuid)
        and hub.may_decide_consent(top)
    )
    and hub.may_decide_consent(r)
  order by r.depth, r.received_at, r.id
  for no key update loop
    -- an ancestor's withdrawal may have reached this one already
    select r.* into about from hub.referral as r where r.id = about.id;
    ended := not hub.is_open(about.status);
    if organisations is null then
      update hub.consent as c set withdrawn_at = hub.clock() where c.referral_id = about.id and c.withdrawn_at is null;
      if not ended then
        perform hub.withdraw_referral(about.id, input ->> 'reason');
      else
        -- what is over stays with those who provided it; who heard of it by consent alone hears no more
        for organisation in select p.party_id
        from hub.referral_party as p
        where
          p.referral_id = about.id
          and p.ended_at is null
          and not p.is_person
          and p.party_id not in (about.receiver_id, about.referrer_id)
          and not 'LINK_WORKER' = any (p.roles)
        order by p.party_id loop
          perform hub.end_party(about, organisation);
        end loop;
        perform hub.append_event('CONSENT_CHANGED', about.id) where about.status != 'WITHDRAWN';
      end if;
      touched := touched + 1;
    else
      foreach organisation in array organisations loop
        if about.receiver_id = organisation and not ended then
          update hub.consent as c
          set withdrawn_at = hub.clock()
          where c.referral_id = about.id and c.withdrawn_at is null;
          perform hub.withdraw_referral(about.id, input ->> 'reason');
          touched := touched + 1;
          exit;
        elseif
          exists (
            select
            from hub.referral_party as p
            where
              p.referral_id = about.id
              and p.party_id = organisation
              and p.ended_at is null
              and not 'LINK_WORKER' = any (p.roles)
          )
        then
          update hub.consent as c
          set
            exclude = c.exclude || organisation,
            recipients = array_remove(c.recipients, organisation)
          where c.referral_id = about.id and c.withdrawn_at is null;
          perform hub.end_party(about, organisation);
          perform hub.append_event('CONSENT_CHANGED', about.id);
          touched := touched + 1;
        end if;
      end loop;
    end if;
  end loop;
  if touched = 0 then
    raise exception 'nothing of this person to withdraw' using errcode = 'LW404';
  end if;
  return jsonb_build_object(
    'consent',
    (
      select c.id
      from hub.consent as c
      where
        c.person_id = (input ->> 'person')::uuid
        and (input ->> 'referral' is null or c.referral_id = (input ->> 'referral')::uuid)
      order by c.created_at desc, c.id
      limit 1
    )
  );
end;
$$;
alter function hub.withdraw_consent owner to loopwell_keeper;
grant execute on function hub.withdraw_consent to loopwell_api;
