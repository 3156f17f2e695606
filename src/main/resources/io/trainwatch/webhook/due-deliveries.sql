-- The deliveries to one target that are due, the longest due first, and whose turn it is: no earlier event of the same job
-- still waits for the same target.
select d.event_seq, d.job, d.attempts, d.fence, d.format, d.body, e.id, e.type, e.created_at, e.body as event_body
from delivery d
join event e on e.seq = d.event_seq
where d.status = 'pending' and d.target = :target and d.next_attempt_at <= :dueBy and d.lease_until <= :now
  and not exists (
    select 1 from delivery earlier
    where earlier.job = d.job and earlier.target = d.target and earlier.status = 'pending'
      and earlier.event_seq < d.event_seq
  )
order by d.next_attempt_at, d.event_seq
limit :most
