-- One referral goes over to an organisation's successor.

-- For keepers alone: the successor takes the ended organisation's place in one referral, with what was written on it.
create or replace function hub.hand_over(about hub.referral, ending uuid, successor uuid)
returns void
language plpgsql
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  old_one hub.referral_party;
  role text;
begin
  update hub.referral_party as p
  set ended_at = hub.clock()
  where p.referral_id = about.id and p.party_id = ending
  returning p.*
  into old_one;
  -- access for an emergency does not become more by going over, nor what the successor had less
  if
    exists (
      select
      from hub.referral_party as p
      where p.referral_id = about.id and p.party_id = successor and p.ended_at is null
    )
  then
    delete from hub.emergency_access as e where e.referral_id = about.id and e.organisation_id = ending;
  else
    delete from hub.emergency_access as e where e.referral_id = about.id and e.organisation_id = successor;
    update hub.emergency_access as e
    set organisation_id = successor
    where e.referral_id = about.id and e.organisation_id = ending;
  end if;
  if old_one.disclosure = 'CRISIS' then
    perform hub.add_crisis_party(about, successor);
  end if;
  update hub.escalation as e
  set next_alert_at = hub.clock()
  where e.referral_id = about.id and e.practice_id = ending and e.acknowledged_at is null;
  foreach role in array old_one.roles loop
    perform hub.add_party(about, successor, role, old_one.disclosure, false, old_one.expires_on);
  end loop;
  update hub.referral_party as p
  set waiting_since = coalesce(p.waiting_since, old_one.waiting_since)
  where p.referral_id = about.id and p.party_id = successor;
  update hub.referral as r
  set
    receiver_id = case r.receiver_id
      when ending then successor
      else r.receiver_id
    end,
    referrer_id = case r.referrer_id
      when ending then successor
      else r.referrer_id
    end,
    practice_id = case r.practice_id
      when ending then successor
      else r.practice_id
    end
  where r.id = about.id
  returning r.*
  into about;
  perform hub.put_successor(c.relation, c.named_in, ending, successor, about.id) from hub.organisation_columns() as c;
  update hub.note as n
  set addressee_ids = array_replace(n.addressee_ids, ending, successor)
  where n.referral_id = about.id;
  update hub.consent as c
  set
    recorded_by = case c.recorded_by
      when ending then successor
      else c.recorded_by
    end,
    recipients = array_replace(c.recipients, ending, successor)
  where c.referral_id = about.id;
  update hub.source_record as s
  set party_ids = array_replace(s.party_ids, ending, successor)
  where s.referral_id = about.id;
  perform hub.fold_referral(about.id);
  if hub.is_open(about.status) and not successor = any (about.party_ids) and old_one.disclosure != 'CRISIS' then
    perform hub.write_event('REFERRAL_RECEIVED', about, '{}', array[successor], array[old_one.disclosure]);
  end if;
end;
$$;
alter function hub.hand_over owner to loopwell_keeper;
