-- A token that no longer counts, before its time is over: one by its id, or all that a practitioner or an organisation was given until now.
set local role loopwell_owner;
create table hub.revocation (
  id bigint generated always as identity primary key,
  -- TOKEN its `jti`; PRACTITIONER and ORGANISATION the uuid, for tokens issued before `at`
  kind text not null check (kind in ('TOKEN', 'PRACTITIONER', 'ORGANISATION')),
  value text not null,
  reason text not null,
  at timestamptz not null default clock_timestamp()
);
create index revocation_of on hub.revocation (kind, value);
call hub.protect('hub.revocation');
create policy operator_insert on hub.revocation for insert to loopwell_api with check ((select hub.viewer_is_operator()));
grant insert (kind, value, reason) on hub.revocation to loopwell_api;
-- every node looks here each second, to end what the bearer has open
create policy nodes on hub.revocation for select to loopwell_sequencer using (true);
grant select on hub.revocation to loopwell_sequencer;

create function hub.token_stands() returns boolean language plpgsql stable security definer set search_path = pg_catalog, hub, pg_temp as $$
begin
  if exists (select from hub.revocation r where r.kind = 'TOKEN' and r.value = current_setting('app.token', true)
    union all
    select from hub.revocation r where (r.kind, r.value) in (('PRACTITIONER', current_setting('app.practitioner', true)), ('ORGANISATION', current_setting('app.party', true)))
      and r.at > nullif(current_setting('app.issued', true), '')::timestamptz) then
    raise exception 'the token was revoked' using errcode = 'LW401';
  end if;
  return true;
end $$;
alter function hub.token_stands owner to loopwell_keeper;
grant execute on function hub.token_stands to loopwell_api;

-- Nothing is answered, written or delivered without an audit row, and there is none for a token that was revoked.
drop policy append_own on hub.audit;
create policy append_own on hub.audit for insert to loopwell_api
  with check (party is not distinct from (select hub.viewer_party()) and position is null and hash is null and (select hub.token_stands()));
reset role;
