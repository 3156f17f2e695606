-- Gives the node a lease on the jobs of one tenant that are due. The fence grows, so that what an earlier owner still
-- writes is refused; the condition on the lease stands twice, because the rows of `due` may be gone when they are updated.
with due as (
  select id from job
  where next_poll_at <= :now and lease_until <= :now and tenant = :tenant and (:everything or id in (<ids>))
    and (not :nearEnd or due_why = 'NEAR_END')
  order by next_poll_at
  limit :most
  <skipLocked>
)
update job
set lease_owner = :node, lease_until = :until, fence = fence + 1
where id in (select id from due) and lease_until <= :now
returning *
