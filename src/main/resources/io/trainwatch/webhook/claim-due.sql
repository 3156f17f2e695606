-- Gives the node a lease on deliveries that are due and whose turn it is: no earlier event of the same job still waits for
-- the same target. A target that is no longer configured keeps its deliveries until it is again.
with due as (
  select event_seq, target from delivery d
  where status = 'pending' and next_attempt_at <= :now and lease_until <= :now and target in (<targets>)
    and not exists (
      select 1 from delivery earlier
      where earlier.job = d.job and earlier.target = d.target and earlier.status = 'pending'
        and earlier.event_seq < d.event_seq
    )
  order by next_attempt_at
  limit :most
  <skipLocked>
)
update delivery
set lease_owner = :node, lease_until = :until, fence = fence + 1
where (event_seq, target) in (select event_seq, target from due) and lease_until <= :now
returning event_seq, target, job, attempts, fence,
  (select id from event where seq = event_seq) as id,
  (select body from event where seq = event_seq) as body
