-- Roles belong to the cluster, not to a database: several databases (one a test file) may migrate at once, so their
-- creation is serialised and repeatable.
select pg_advisory_xact_lock(hashtext('loopwell_roles'));

do $$
declare
  role_name text;
begin
  foreach role_name in array array['loopwell_owner', 'loopwell_guard', 'loopwell_keeper', 'loopwell_counter',
    'loopwell_sequencer', 'loopwell_api'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I nologin', role_name);
    end if;
    -- A migrator that is no superuser must be able to act as each of them.
    if not pg_has_role(current_user, role_name, 'MEMBER')
      or not (select rolsuper from pg_roles where rolname = current_user) then
      execute format('grant %I to current_user', role_name);
    end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'loopwell_login') then
    -- NOINHERIT: until a transaction sets its role, this login reads nothing.
    create role loopwell_login login noinherit;
  end if;
end $$;

grant loopwell_api, loopwell_sequencer to loopwell_login;
-- Definitions hand views and functions over to these.
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
reset role;
