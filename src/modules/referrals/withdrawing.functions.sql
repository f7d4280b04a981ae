-- A referral is withdrawn.

-- Withdraws a referral and its open descendants: the link worker and the person hear CONSENT_CHANGED, every other party
-- ACCESS_ENDED.
create or replace function hub.withdraw_referral(target uuid, why text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  each_one hub.referral;
  party hub.referral_party;
begin
  perform
  from hub.referral as r
  where
    r.id = target
    and (
      hub.may_decide_consent(r)
      or hub.viewer_has_agreement()
      and hub.viewer_party() = any (r.party_ids)
      and hub.may_move('PARTY', r.writer_ids, r.referrer_id, r.full_party_ids, r.root_referrer_id, r.practice_id)
    );
  if not found then
    raise exception 'no such referral' using errcode = 'LW404';
  end if;
  for each_one in select r.*
  from hub.referral as r
  where r.id in (select hub.with_descendants(target)) and hub.is_open(r.status)
  order by r.depth, r.id
  for no key update loop
    update hub.referral as r
    set
      status = 'WITHDRAWN',
      decline_reason = coalesce(why, r.decline_reason)
    where r.id = each_one.id
    returning r.*
    into each_one;
    perform hub.tell('CONSENT_CHANGED', each_one);
    for party in select *
    from hub.referral_party as p
    where p.referral_id = each_one.id and p.ended_at is null and not p.is_person and not 'LINK_WORKER' = any (p.roles)
    order by p.party_id loop
      perform hub.end_party(each_one, party.party_id);
    end loop;
  end loop;
end;
$$;
alter function hub.withdraw_referral owner to loopwell_keeper;
grant execute on function hub.withdraw_referral to loopwell_api;
