-- An organisation merges into its successor.

-- The successor takes over codes, staff, services, records and referrals with their history, at the operator's word.
-- Where a person keeps the successor out, it takes nothing over: there the referral is returned or the access ends, and
-- the records stay behind unread. Answers how many referrals went over.
create or replace function hub.merge_organisation(code text, into_code text)
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  ending uuid := hub.organisation_of_code(code);
  successor uuid := hub.organisation_of_code(into_code);
  about hub.referral;
  person uuid;
  persons uuid[];
  moved integer := 0;
begin
  if
    ending = successor
    or (select count(distinct o.sector) from hub.organisation as o where o.id in (ending, successor)) > 1
  then
    raise exception 'a successor is another organisation of the same sector' using errcode = 'LW409';
  end if;
  perform hub.end_organisation(ending, successor);
  persons := array(
    select distinct s.person_id
    from hub.source_record as s
    where ending = any (s.party_ids) or s.organisation_id = ending
  );
  for about in select r.*
  from hub.referral as r
  where
    exists (
      select from hub.referral_party as p where p.referral_id = r.id and p.party_id = ending and p.ended_at is null
    )
  order by r.depth, r.id
  for no key update loop
    if hub.kept_out(about, successor) then
      if about.receiver_id = ending then
        perform hub.return_referral(about);
      end if;
      perform hub.end_party(about, ending);
    else
      perform hub.hand_over(about, ending, successor);
      moved := moved + 1;
    end if;
  end loop;
  update hub.referral as r
  set root_referrer_id = successor
  where
    r.root_referrer_id = ending
    and exists (select from hub.referral as root where root.id = r.root_id and root.referrer_id = successor);

  -- where both kept the same record of a system, the successor's stands
  update hub.source_record as s
  set superseded = true
  where
    s.organisation_id = ending
    and s.referral_id is null
    and not s.superseded
    and exists (
      select
      from hub.source_record as o
      where
        o.organisation_id = successor
        and o.system = s.system
        and o.external_id = s.external_id
        and o.kind = s.kind
        and not o.superseded
        and o.referral_id is null
    );
  update hub.source_record as s
  set party_ids = array_replace(s.party_ids, ending, successor)
  where s.organisation_id = ending and s.referral_id is null and not hub.person_keeps_out(s.person_id, successor);
  update hub.consent as c
  set recipients = array_replace(c.recipients, ending, successor)
  where ending = any (c.recipients);
  update hub.consent as c
  set exclude = c.exclude || successor
  where ending = any (c.exclude) and not successor = any (c.exclude);

  -- The successor's own agreement, limit and memberships stand. A webhook waits for the operator's look, and goes on in
  -- the successor's feed from now.
  delete from hub.response_limit as l where l.organisation_id = ending and l.service_id is null;
  update hub.webhook as w
  set
    state = 'PARKED',
    last_result = 'its organisation merged into another',
    position = coalesce((select f.seq from hub.feed_place(successor) as f), 0),
    position_hash = coalesce((select f.hash from hub.feed_place(successor) as f), '')
  where w.organisation_id = ending and w.state != 'REMOVED';
  -- a token that counts no more for the ended organisation does not count for its code's new holder either
  insert into hub.revocation (kind, value, reason, at)
  select r.kind, successor::text, r.reason, r.at
  from hub.revocation as r
  where r.kind = 'ORGANISATION' and r.value = ending::text;
  update hub.consent as c
  set
    recorded_by = successor,
    party_ids = array_replace(c.party_ids, ending, successor)
  where c.recorded_by = ending and c.referral_id is null and not hub.person_keeps_out(c.person_id, successor);
  update hub.proxy as p
  set recorded_by = successor
  where p.recorded_by = ending and not hub.person_keeps_out(p.person_id, successor);
  perform hub.put_successor(c.relation, c.named_in, ending, successor, null) from hub.organisation_columns() as c;
  delete from hub.network_member as m where m.organisation_id = ending;
  delete from hub.practice_quota as q where ending in (q.organisation_id, q.practice_id);
  foreach person in array persons loop
    perform hub.fold_person(person);
  end loop;
  return moved;
end;
$$;
alter function hub.merge_organisation owner to loopwell_keeper;
grant execute on function hub.merge_organisation to loopwell_api;
