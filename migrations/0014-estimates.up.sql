-- PostgreSQL guesses that hardly any row has the viewer among its readers, so it read and sorted a party's whole list before it cut
-- the page. It makes no such guess of coalesce(…, false), and walks the index that has the page's order.
set local role loopwell_owner;
do $$
declare
  guarded record;
begin
  for guarded in
    select p.polname as name, p.polrelid::regclass as relation, pg_get_expr(p.polqual, p.polrelid) as condition
    from pg_policy p where p.polrelid::regclass::text like 'hub.%' and pg_get_expr(p.polqual, p.polrelid) ~ '\( SELECT hub\.viewer_party\(\) AS viewer_party\) = ANY \((party_ids|reader_ids|audience)\)'
  loop
    execute format('alter policy %I on %s using (%s)', guarded.name, guarded.relation,
      regexp_replace(guarded.condition, '\(?\( SELECT hub\.viewer_party\(\) AS viewer_party\) = ANY \((party_ids|reader_ids|audience)\)\)?',
        'coalesce((select hub.viewer_party()) = any (\1), false)'));
  end loop;
end $$;
create or replace procedure hub.hang_on_referral(target regclass) language plpgsql as $$
begin
  call hub.protect(target);
  execute format('create policy readers on %s for select to loopwell_guard, loopwell_api
    using (coalesce((select hub.viewer_party()) = any (party_ids), false) and (select hub.viewer_has_agreement()))', target);
  execute format('create policy writers on %s for insert to loopwell_api with check (organisation_id = (select hub.viewer_party())
    and exists (select from hub.referral r where r.id = referral_id and (select hub.viewer_party()) = any (r.writer_ids)))', target);
  execute format('create trigger seed before insert on %s for each row execute function hub.seed_child()', target);
  execute format('grant select on %s to loopwell_guard', target);
  execute format('grant select (id, party_ids) on %s to loopwell_api', target);
  insert into hub.referral_child values (target);
end $$;
reset role;
