-- Tokens that count no more.

-- Refuses a token that was revoked: by its own id, or by its practitioner or organisation where it was issued before
-- that. There is no answer without an audit row, and the policy of the audit trail asks here.
create or replace function hub.token_stands()
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if
    exists (
      select from hub.revocation as r where r.kind = 'TOKEN' and r.value = current_setting('app.token', true)
      union all
      select
      from hub.revocation as r
      where
        (r.kind, r.value) in (
          ('PRACTITIONER', current_setting('app.practitioner', true)),
          ('ORGANISATION', current_setting('app.party', true))
        )
        and r.at > nullif(current_setting('app.issued', true), '')::timestamptz
    )
  then
    raise exception 'the token was revoked' using errcode = 'LW401';
  end if;
  return true;
end;
$$;
alter function hub.token_stands owner to loopwell_keeper;
grant execute on function hub.token_stands to loopwell_api;
