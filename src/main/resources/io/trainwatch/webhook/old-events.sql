-- Events that no target still waits for, of jobs that are no longer watched; the oldest first.
select created_at, seq
from event
where created_at < :before and (created_at, seq) > (:afterAt, :afterSeq)
  and not exists (
    select 1 from delivery where event_seq = seq and (status <> 'delivered' or settled_at >= :before))
  and not exists (
    select 1 from job where job.id = event.job and phase in ('WATCHING', 'STOPPING'))
order by created_at, seq
limit :most
