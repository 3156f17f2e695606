-- Gives back the lease on a job whose look came to nothing, unless another node has claimed the job since.
update job
set lease_owner = '', lease_until = 0, next_poll_at = :next, due_why = 'AFTER_FAILURE'
where lease_owner = :node and fence = :fence and id = :id
