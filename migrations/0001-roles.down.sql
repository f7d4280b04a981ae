-- The roles stay: other databases of the cluster may use them.
drop schema if exists graph cascade;
drop schema if exists hub cascade;
alter default privileges for role loopwell_owner grant execute on functions to public;
alter default privileges for role loopwell_keeper grant execute on functions to public;
