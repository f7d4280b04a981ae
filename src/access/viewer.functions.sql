-- Who is asking: the settings of the transaction. An absent setting and an empty one both mean: not said.

-- The organisation or person that asks.
create or replace function hub.viewer_party()
returns uuid
language sql
stable
parallel safe
as $$
  select nullif(current_setting('app.party', true), '')::uuid;
$$;
grant execute on function hub.viewer_party to public, loopwell_counter;

-- The practitioner whom the token names and the directory lists.
create or replace function hub.viewer_practitioner()
returns uuid
language sql
stable
parallel safe
as $$
  select nullif(current_setting('app.practitioner', true), '')::uuid;
$$;
grant execute on function hub.viewer_practitioner to public;

-- The sector of the organisation that asks.
create or replace function hub.viewer_sector()
returns text
language sql
stable
parallel safe
as $$
  select nullif(current_setting('app.sector', true), '');
$$;
grant execute on function hub.viewer_sector to public;

-- Does an organisation ask?
create or replace function hub.viewer_is_organisation()
returns boolean
language sql
stable
parallel safe
as $$
  select coalesce(current_setting('app.kind', true), '') = 'organisation';
$$;
grant execute on function hub.viewer_is_organisation to public;

-- Does the operator ask, at the hub's command line? The operator writes the directory, belongs to no party and reads no
-- person's record.
create or replace function hub.viewer_is_operator()
returns boolean
language sql
stable
parallel safe
as $$
  select coalesce(current_setting('app.kind', true), '') = 'operator';
$$;
grant execute on function hub.viewer_is_operator to public;

-- Does a person ask, or a proxy of hers whose delegation stands? It is asked anew in every transaction: where the
-- delegation has ended, no person asks any more, on an open socket too.
create or replace function hub.viewer_is_person()
returns boolean
language sql
stable
parallel safe
as $$
  select coalesce(current_setting('app.kind', true), '') = 'person' and hub.proxy_stands('READ');
$$;
grant execute on function hub.viewer_is_person to public;

-- Does the token name this role?
create or replace function hub.viewer_has_role(role text)
returns boolean
language sql
stable
parallel safe
set search_path = pg_catalog, hub, pg_temp
as $$
  select role = any (string_to_array(coalesce(current_setting('app.roles', true), ''), ','));
$$;
grant execute on function hub.viewer_has_role to loopwell_api, loopwell_guard;

-- The delegation under which a proxy asks for the person; null where she asks herself.
create or replace function hub.viewer_proxy()
returns uuid
language sql
stable
parallel safe
set search_path = pg_catalog, hub, pg_temp
as $$
  select nullif(current_setting('app.proxy', true), '')::uuid;
$$;
grant execute on function hub.viewer_proxy to loopwell_api, loopwell_keeper;
