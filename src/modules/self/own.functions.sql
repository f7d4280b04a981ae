-- What a person sees of what the hub does for her.

-- Her referrals in plain words: no wait, no position. Rank 1 is what she is shown first: the newest that follows from
-- no other.
create or replace function hub.own_referrals()
returns table (id uuid, reference text, status text, on_waiting_list boolean, supporter text, rank integer)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    r.id,
    r.reference,
    case r.status
      when 'RECEIVED' then 'Your referral has been received. Somebody will look at it.'
      when 'ACCEPTED' then 'Your referral has been accepted. Somebody will be in touch with you.'
      when 'WAITING' then 'You are on the list. Somebody will be in touch with you.'
      when 'ACTIVE' then 'Your support has started.'
      when 'PAUSED' then 'Your support is resting for now.'
      when 'CLOSED' then 'Your support has ended.'
      when 'DECLINED' then 'Your referral was not taken on. Whoever referred you can say what else there is.'
      when 'CANCELLED' then 'Your referral was called back by whoever sent it.'
      else 'You have withdrawn from this referral.'
    end,
    r.status = 'WAITING',
    case
      when r.status in ('ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED', 'CLOSED') then concat_ws(', ', w.name, o.name)
    end,
    (row_number() over (order by r.parent_id is null desc, r.received_at desc, r.id))::integer
  from
    hub.referral as r
    join hub.organisation as o on o.id = r.receiver_id
    left join hub.practitioner as w on w.id = r.link_worker_id
  where hub.viewer_is_person() and r.person_id = hub.viewer_party();
$$;
alter function hub.own_referrals owner to loopwell_keeper;
grant execute on function hub.own_referrals to loopwell_api, loopwell_guard;

-- Who takes part in a referral of hers, and in what followed from it: each was told to her when it came in.
create or replace function hub.own_sharing()
returns table (referral_id uuid, id uuid, name text)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select distinct top.id, o.id, o.name
  from
    hub.referral as top
    cross join hub.with_descendants(top.id) as t (id)
    join hub.referral_party as p on p.referral_id = t.id and p.ended_at is null and not p.is_person
    join hub.organisation as o on o.id = p.party_id
  where hub.viewer_is_person() and top.person_id = hub.viewer_party();
$$;
alter function hub.own_sharing owner to loopwell_keeper;
grant execute on function hub.own_sharing to loopwell_api, loopwell_guard;

-- The plan she agreed, of each referral of hers.
create or replace function hub.own_plans()
returns table (id uuid, what_matters text, goals jsonb, agreed_on date)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select distinct on (p.referral_id) p.referral_id, p.what_matters, p.goals, p.agreed_on
  from
    hub.plan as p
    join hub.referral as r on r.id = p.referral_id
  where hub.viewer_is_person() and r.person_id = hub.viewer_party()
  order by p.referral_id, p.ordinal desc;
$$;
alter function hub.own_plans owner to loopwell_keeper;
grant execute on function hub.own_plans to loopwell_api, loopwell_guard;

-- Who looked at what concerns her: from the audit trail, and from the overrides. An override's reads are marked as what
-- they are.
create or replace function hub.own_access_log()
returns table (id text, at timestamptz, organisation text, purpose text, override boolean)
language sql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    'a' || lpad(a.id::text, 19, '0'),
    date_trunc('milliseconds', a.at),
    o.name,
    concat(
      coalesce(replace(upper(left(a.purpose, 1)) || substr(a.purpose, 2), '-', ' ') || ': ', ''),
      case a.action
        when 'WRITE' then 'worked on your support'
        when 'DELIVER' then 'was kept informed'
        else 'looked at your records'
      end
    ),
    exists (
      select
      from hub.override as v
      where
        v.person_id = hub.viewer_party()
        and v.organisation_id = a.party
        and v.at <= a.at
        and a.at < coalesce(v.until, 'infinity')
    )
  from
    hub.audit as a
    join hub.organisation as o on o.id = a.party
  where hub.viewer_is_person() and a.person_ids @> array[hub.viewer_party()]
  union all
  select
    'p' || lpad(a.id::text, 19, '0'),
    date_trunc('milliseconds', a.at),
    'Acting for you: ' || p.relationship,
    case a.action
      when 'WRITE' then 'decided for you'
      else 'looked at what you see'
    end,
    false
  from
    hub.proxy as p
    join hub.audit as a on a.proxy = p.id
  where hub.viewer_is_person() and p.person_id = hub.viewer_party()
  union all
  select
    'o' || v.id,
    v.at,
    o.name,
    case
      when v.by_id = v.organisation_id then 'Asked for emergency access, and gave its reason'
      else 'Was told of a crisis by ' || b.name || ', to protect your life or health'
    end,
    true
  from
    hub.override as v
    join hub.organisation as o on o.id = v.organisation_id
    join hub.organisation as b on b.id = v.by_id
  where hub.viewer_is_person() and v.person_id = hub.viewer_party();
$$;
alter function hub.own_access_log owner to loopwell_keeper;
grant execute on function hub.own_access_log to loopwell_api, loopwell_guard;
