-- Roles belong to the cluster, not to a database: several databases (one a test file) may migrate at once,
-- so their creation is serialised and repeatable.
select pg_advisory_xact_lock(hashtext('loopwell_roles'));

do $$
declare
  role_name text;
begin
  foreach role_name in array array['loopwell_owner', 'loopwell_guard', 'loopwell_keeper', 'loopwell_counter', 'loopwell_sequencer', 'loopwell_api'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I nologin', role_name);
    end if;
    -- A migrator that is no superuser must be able to act as each of them.
    if not pg_has_role(current_user, role_name, 'MEMBER') or not (select rolsuper from pg_roles where rolname = current_user) then
      execute format('grant %I to current_user', role_name);
    end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'loopwell_login') then
    -- NOINHERIT: until a transaction sets its role, this login reads nothing.
    create role loopwell_login login noinherit;
  end if;
end $$;

grant loopwell_api, loopwell_sequencer to loopwell_login;
-- Migrations hand views and functions over to these.
grant loopwell_guard, loopwell_keeper, loopwell_counter to loopwell_owner;

do $$ begin
  execute format('grant create on database %I to loopwell_owner', current_database());
end $$;

set local role loopwell_owner;
create schema hub;
create schema graph;
grant usage on schema hub to loopwell_guard, loopwell_keeper, loopwell_counter, loopwell_sequencer, loopwell_api;
grant create on schema hub to loopwell_keeper, loopwell_counter;
grant usage on schema graph to loopwell_api, loopwell_guard;
grant create on schema graph to loopwell_guard;
-- Functions are executable by PUBLIC unless said otherwise; here each grant is a decision.
alter default privileges for role loopwell_owner revoke execute on functions from public;
alter default privileges for role loopwell_keeper revoke execute on functions from public;

-- Who is asking. Transaction-local settings; absent and '' both mean nobody.
create function hub.viewer_party() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.party', true), '')::uuid $$;
create function hub.viewer_practitioner() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.practitioner', true), '')::uuid $$;
create function hub.viewer_sector() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.sector', true), '') $$;
create function hub.viewer_is_person() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.kind', true), '') = 'person' $$;
create function hub.viewer_is_organisation() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.kind', true), '') = 'organisation' $$;
-- Whoever runs this hub, at its command line: writes the directory, belongs to no party, reads nobody's records.
create function hub.viewer_is_operator() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.kind', true), '') = 'operator' $$;
-- The time rows are stamped with, to the millisecond the contract's DateTime can say. Only the demo's history and tests set it; a sender's clock never does.
create function hub.clock() returns timestamptz language sql stable parallel safe
  as $$ select date_trunc('milliseconds', coalesce(nullif(current_setting('app.clock', true), '')::timestamptz, clock_timestamp())) $$;
grant execute on function hub.viewer_party(), hub.viewer_practitioner(), hub.viewer_sector(), hub.viewer_is_person(),
  hub.viewer_is_organisation(), hub.viewer_is_operator(), hub.clock() to public;

-- Every table is born with row security forced; only the owner's migrations and the keepers pass it.
create procedure hub.protect(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy owner_all on %s to loopwell_owner using (true) with check (true)', target);
  execute format('create policy keeper_all on %s to loopwell_keeper using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to loopwell_keeper', target);
end $$;
-- The directory is read by every organisation that signed in and by no person, and written by the operator.
create procedure hub.publish(target regclass) language plpgsql as $$
begin
  execute format('create policy directory on %s for select to loopwell_guard, loopwell_api
    using ((select hub.viewer_is_organisation() or hub.viewer_is_operator()))', target);
  execute format('create policy operator_insert on %s for insert to loopwell_api with check ((select hub.viewer_is_operator()))', target);
  execute format('create policy operator_update on %s for update to loopwell_api
    using ((select hub.viewer_is_operator())) with check ((select hub.viewer_is_operator()))', target);
  execute format('grant select on %s to loopwell_guard, loopwell_api', target);
  execute format('grant insert, update on %s to loopwell_api', target);
end $$;
reset role;
