-- Lists that arrive as JSON.

-- The ids of a JSON list; null where the value is no list.
create or replace function hub.uuids(list jsonb)
returns uuid[]
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select
    case
      when jsonb_typeof(list) = 'array' then array(select e::uuid from jsonb_array_elements_text(list) as e)
    end;
$$;
grant execute on function hub.uuids to loopwell_keeper;

-- The texts of a JSON list; empty where the value is no list.
create or replace function hub.texts(list jsonb)
returns text[]
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select
    case
      when jsonb_typeof(list) = 'array' then array(select e from jsonb_array_elements_text(list) as e)
      else '{}'
    end;
$$;
grant execute on function hub.texts to loopwell_api, loopwell_guard, loopwell_keeper;
