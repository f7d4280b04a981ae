-- Local names of routes.

-- A network's own name for a route, given by its commissioner. The key stays, so that counts can be compared.
create or replace function hub.name_route(of_network uuid, of_route text, local_label text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if not hub.viewer_is_organisation() then
    raise exception 'not for this viewer' using errcode = 'LW403';
  elseif not exists (select from hub.network as n where n.id = of_network) then
    raise exception 'no such network' using errcode = 'LW404';
  elseif not hub.viewer_counts_in(of_network) then
    raise exception 'a network is its commissioner''s to name' using errcode = 'LW403';
  end if;
  insert into hub.route_name as n (network_id, route, label)
  values (of_network, of_route, local_label)
  on conflict (network_id, route) do update set label = excluded.label;
end;
$$;
alter function hub.name_route owner to loopwell_keeper;
grant execute on function hub.name_route to loopwell_api;
