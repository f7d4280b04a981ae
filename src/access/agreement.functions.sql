-- Sharing agreements: without one in force an organisation reads nothing about any person.

-- Looks for an agreement of the viewer that is in force today, and notes for whom it stands. A commissioner's agreement
-- is for counts: it reads no person's row.
create or replace function hub.find_agreement()
returns boolean
language plpgsql
stable
parallel restricted
as $$
begin
  -- a commissioner's agreement is for counts: it reads no person's row
  if
    hub.viewer_is_organisation()
    and hub.viewer_sector() is distinct from 'COMMISSIONER'
    and exists (
      select
      from hub.sharing_agreement as a
      where a.organisation_id = hub.viewer_party() and hub.today() between a.valid_from and a.valid_to
    )
  then
    perform set_config('app.agreement', current_setting('app.party'), true);
    return true;
  end if;
  return false;
end;
$$;
grant execute on function hub.find_agreement to loopwell_api, loopwell_guard, loopwell_keeper, loopwell_sequencer;

-- May the viewer read of people? It is asked in sub-selects, so once for each table of a statement and never once a
-- row. A look takes longer than many a statement does beside it, so the first look notes for whom the agreement stands,
-- and the rest of the transaction reads the note.
create or replace function hub.viewer_has_agreement()
returns boolean
language sql
stable
parallel restricted
as $$
  select
    case
      when nullif(current_setting('app.agreement', true), '') = current_setting('app.party', true) then true
      else hub.find_agreement()
    end;
$$;
grant execute on function hub.viewer_has_agreement to loopwell_api, loopwell_guard, loopwell_keeper, loopwell_sequencer;

-- May the viewer hear what becomes of services and programmes? A commissioner may, who reads no person's row.
create or replace function hub.viewer_hears_network()
returns boolean
language sql
stable
parallel safe
as $$
  select
    hub.viewer_is_organisation()
    and exists (
      select
      from hub.sharing_agreement as a
      where a.organisation_id = hub.viewer_party() and hub.today() between a.valid_from and a.valid_to
    );
$$;
grant execute on function hub.viewer_hears_network to loopwell_api, loopwell_guard, loopwell_keeper;

-- The first statement of the keepers that organisations call: the viewer's id, or a refusal where the viewer is no
-- organisation that may act, or has no agreement.
create or replace function hub.require_organisation()
returns uuid
language plpgsql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if not hub.viewer_is_organisation() or hub.viewer_sector() = 'COMMISSIONER' then
    raise exception 'not for this viewer' using errcode = 'LW403';
  end if;
  if not hub.viewer_has_agreement() then
    raise exception 'no sharing agreement' using errcode = 'LW451';
  end if;
  return hub.viewer_party();
end;
$$;
alter function hub.require_organisation owner to loopwell_keeper;
