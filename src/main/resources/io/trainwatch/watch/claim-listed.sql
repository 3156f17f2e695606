-- Gives the node a lease on the jobs of one project that a list has told of, whether they are due or not.
update job
set lease_owner = :node, lease_until = :until, fence = fence + 1
where tenant = :tenant and project_id = :project and job_id in (<listed>) and phase in ('WATCHING', 'STOPPING') and lease_until <= :now
  and (:everything or id in (<ids>))
returning *
