-- Proxies: who acts for a person, within what she said they may do, until the day she said.

-- For keepers alone: a proxy is kept by a keyed hash of an NHS number. It need be no person the hub knows, and the
-- number is kept nowhere.
create or replace function hub.proxy_key(number text)
returns bytea
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select sha256(convert_to('proxy:' || p.value || number, 'UTF8')) from hub.pepper as p;
$$;
alter function hub.proxy_key owner to loopwell_keeper;

-- Does the delegation under which the viewer acts stand today, for this scope? True where no proxy asks.
create or replace function hub.proxy_stands(scope text)
returns boolean
language sql
stable
parallel safe
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    hub.viewer_proxy() is null
    or exists (
      select
      from hub.proxy as p
      where
        p.id = hub.viewer_proxy()
        and p.person_id = hub.viewer_party()
        and p.ended_at is null
        and p.expires_on >= hub.today()
        and scope = any (p.scopes)
    );
$$;
alter function hub.proxy_stands owner to loopwell_keeper;
grant execute
on function hub.proxy_stands
to loopwell_api, loopwell_counter, loopwell_guard, loopwell_owner, loopwell_sequencer;

-- Is it the person's own word, or a proxy's for this scope? READ, CONSENT or REFER.
create or replace function hub.person_or_proxy_may(scope text)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select hub.viewer_is_person() and hub.proxy_stands(scope);
$$;
alter function hub.person_or_proxy_may owner to loopwell_keeper;

-- For the sign-in: the delegation under which one number acts for another, and whom; no row where none stands.
create or replace function hub.delegation_of(acting text, for_number text)
returns table (id uuid, person uuid)
language plpgsql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if not hub.viewer_is_operator() then
    raise exception 'for the sign-in alone' using errcode = 'LW403';
  end if;
  return query select p.id, p.person_id
    from hub.proxy as p
    where
      p.proxy_key = hub.proxy_key(acting)
      and p.person_id = hub.identity_of(for_number)
      and p.ended_at is null
      and p.expires_on >= hub.today()
    order by cardinality(p.scopes) desc, p.created_at, p.id
    limit 1;
end;
$$;
alter function hub.delegation_of owner to loopwell_keeper;
grant execute on function hub.delegation_of to loopwell_api;
