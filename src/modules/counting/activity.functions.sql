-- What happened in a network, hour by hour, for its commissioner: suppressed counts and no feed row.

-- Closed hours from one on, oldest first, each with what it counts. An hour closes a minute late, for events whose
-- commit it met.
create or replace function hub.network_activity(of_network uuid, first_hour timestamptz, most integer)
returns table (
  starts timestamptz,
  received jsonb,
  accepted jsonb,
  declined jsonb,
  attended jsonb,
  missed jsonb,
  closed jsonb
)
language plpgsql
stable
security definer
set search_path = pg_catalog, hub, pg_temp
as $$
begin
  if not hub.viewer_counts_in(of_network) then
    raise exception 'not for this viewer' using errcode = 'LW403';
  end if;
  return query select
      h.starts,
      hub.suppress(count(distinct e.referral_id) filter (where e.kind = 'REFERRAL_RECEIVED')),
      hub.suppress(count(distinct e.referral_id) filter (where e.kind = 'REFERRAL_ACCEPTED')),
      hub.suppress(count(distinct e.referral_id) filter (where e.kind = 'REFERRAL_DECLINED')),
      hub.suppress(
        count(distinct e.contact_id) filter (where e.kind = 'ATTENDANCE_RECORDED' and e.attendance = 'ATTENDED')
      ),
      hub.suppress(
        count(distinct e.contact_id) filter (
          where e.kind = 'ATTENDANCE_RECORDED' and e.attendance in ('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND')
        )
      ),
      hub.suppress(count(distinct e.referral_id) filter (where e.kind = 'REFERRAL_CLOSED'))
    from
      (
        select s
        from
          generate_series(
            date_trunc('hour', first_hour, 'Europe/London'),
            hub.clock() - interval '61 minutes',
            interval '1 hour'
          ) as s
        order by s
        limit most
      ) as h (starts)
      left join lateral (
        select e.kind, e.referral_id, e.contact_id, c.attendance
        from
          hub.event as e
          join hub.referral as r on r.id = e.referral_id
          left join hub.contact as c on c.id = e.contact_id
        where
          e.occurred_at >= h.starts
          and e.occurred_at < h.starts + interval '1 hour'
          and r.receiver_id in (select m.organisation_id from hub.network_member as m where m.network_id = of_network)
      ) as e
        on true
    group by h.starts
    order by h.starts;
end;
$$;
alter function hub.network_activity owner to loopwell_counter;
grant execute on function hub.network_activity to loopwell_api;
