-- Gives the node a lease on deliveries to one target, the oldest first, that are due (or, for a probe, may be late or early)
-- and whose turn it is: no earlier event of the same job still waits for the same target.
with due as (
  select event_seq from delivery d
  where status = 'pending' and target = :target and lease_until <= :now and (next_attempt_at <= :now or :probe = 1)
    and not exists (
      select 1 from delivery earlier
      where earlier.job = d.job and earlier.target = d.target and earlier.status = 'pending'
        and earlier.event_seq < d.event_seq
    )
  order by event_seq
  limit :most
  <skipLocked>
)
update delivery
set lease_owner = :node, lease_until = :until, fence = fence + 1
where target = :target and event_seq in (select event_seq from due) and lease_until <= :now
returning event_seq, job, attempts, fence, format, body,
  (select id from event where seq = event_seq) as id,
  (select type from event where seq = event_seq) as type,
  (select created_at from event where seq = event_seq) as created_at,
  (select body from event where seq = event_seq) as event_body
