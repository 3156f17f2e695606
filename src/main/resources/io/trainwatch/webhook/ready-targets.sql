-- The targets that may be sent something now, and have something: an open one whatever is pending, as a probe.
select name, status
from webhook_target t
where name in (<targets>) and status <> 'disabled' and not_before <= :now
  and exists (
    select 1 from delivery d
    where d.status = 'pending' and d.target = t.name and d.lease_until <= :now
      and (d.next_attempt_at <= :now or t.status = 'open')
  )
order by name
