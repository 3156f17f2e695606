-- Gives the node a lease on the jobs of one project that a list has told of, whether they are due or not; and on those
-- whose end is to be confirmed about now.
update job
set lease_owner = :node, lease_until = :until, fence = fence + 1
where tenant = :tenant and project_id = :project and job_id in (<listed>) and lease_until <= :now
  and (phase in ('WATCHING', 'STOPPING')
    or phase = 'ENDED' and due_why = 'CONFIRM_END' and next_poll_at <= :confirmUntil)
  and (:everything or id in (<ids>))
returning *
