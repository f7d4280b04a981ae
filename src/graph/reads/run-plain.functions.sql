-- Where compiled reads end.

-- Where a compiled read meets what only the plain executor can answer by the GraphQL specification, it stops here and
-- the operation runs plain.
create or replace function graph.run_plain()
returns text
language plpgsql
volatile
as $$
begin
  raise exception 'run plain' using errcode = 'LW500';
end;
$$;
grant execute on function graph.run_plain to loopwell_api, loopwell_guard;
