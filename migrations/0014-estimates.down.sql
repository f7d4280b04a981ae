set local role loopwell_owner;
do $$
declare
  guarded record;
begin
  for guarded in
    select p.polname as name, p.polrelid::regclass as relation, pg_get_expr(p.polqual, p.polrelid) as condition
    from pg_policy p where p.polrelid::regclass::text like 'hub.%' and pg_get_expr(p.polqual, p.polrelid) ~ 'COALESCE\(\(\( SELECT hub\.viewer_party'
  loop
    execute format('alter policy %I on %s using (%s)', guarded.name, guarded.relation,
      regexp_replace(guarded.condition, 'COALESCE\(\(\( SELECT hub\.viewer_party\(\) AS viewer_party\) = ANY \((party_ids|reader_ids|audience)\)\), false\)',
        '(select hub.viewer_party()) = any (\1)'));
  end loop;
end $$;
create or replace procedure hub.hang_on_referral(target regclass) language plpgsql as $$
begin
  call hub.protect(target);
  execute format('create policy readers on %s for select to loopwell_guard, loopwell_api
    using ((select hub.viewer_party()) = any (party_ids) and (select hub.viewer_has_agreement()))', target);
  execute format('create policy writers on %s for insert to loopwell_api with check (organisation_id = (select hub.viewer_party())
    and exists (select from hub.referral r where r.id = referral_id and (select hub.viewer_party()) = any (r.writer_ids)))', target);
  execute format('create trigger seed before insert on %s for each row execute function hub.seed_child()', target);
  execute format('grant select on %s to loopwell_guard', target);
  execute format('grant select (id, party_ids) on %s to loopwell_api', target);
  insert into hub.referral_child values (target);
end $$;
reset role;
