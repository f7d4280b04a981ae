-- What falls due with time.

-- Runs the jobs of hub.clock_job in their order, every second, on one node at a time. A job that fails says so and
-- keeps no other back.
create or replace function hub.run_clocks()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
declare
  job text;
  done integer;
  total integer := 0;
begin
  -- one node at a time; the lock ends with the statement's transaction
  if not pg_try_advisory_xact_lock(hashtext('loopwell_clocks')) then
    return 0;
  end if;
  for job in select j.name from hub.clock_job as j order by j.position loop
    begin
      execute format('select hub.%I()', job)
      into done;
      total := total + coalesce(done, 0);
    exception when others then
      raise warning 'the clock % could not run: %', job, sqlerrm;
    end;
  end loop;
  return total;
end;
$$;
alter function hub.run_clocks owner to loopwell_keeper;
grant execute on function hub.run_clocks to loopwell_sequencer;
