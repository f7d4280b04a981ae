-- Who takes a self-referral.

-- For keepers alone: who takes a self-referral. Of the network's organisations that receive referrals, may read of
-- people and are not kept out by her: one that supports her already, so that she need not tell her story anew; else the
-- one that received fewest in the last four weeks; then by name.
create or replace function hub.self_receiver(person uuid, of_network uuid, kept_out uuid[])
returns uuid
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select o.id
  from
    hub.network_member as m
    join hub.organisation as o on o.id = m.organisation_id
  where
    m.network_id = of_network
    and o.receives_referrals
    and o.sector != 'COMMISSIONER'
    and o.id != all (kept_out)
    and exists (
      select
      from hub.sharing_agreement as a
      where a.organisation_id = o.id and hub.today() between a.valid_from and a.valid_to
    )
  order by
    exists (
      select
      from hub.referral as r
      where r.person_id = person and r.receiver_id = o.id and r.kind = 'LINK_WORKER' and hub.is_open(r.status)
    ) desc,
    (
      select count(*)
      from hub.referral_party as p
      where p.party_id = o.id and p.ended_at is null and p.received_at > hub.clock() - interval '28 days'
    ),
    o.name,
    o.id
  limit 1;
$$;
alter function hub.self_receiver owner to loopwell_keeper;
