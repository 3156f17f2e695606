-- Gives the node a lease on the projects of one tenant whose list is due: those in which tasks are discovered, and those
-- in which several jobs are watched.
with due as (
  select id from project
  where next_list_at <= :now and lease_until <= :now and tenant = :tenant
    and not exists (select 1 from tenant where alias = :tenant and paused_until > :now)
    and (discover = 1 and :everything
      or (select count(*) from job
          where job.tenant = project.tenant and job.project_id = project.project_id and phase in ('WATCHING', 'STOPPING')
            and (:everything or job.id in (<ids>))) > 1)
  order by next_list_at
  limit :most
  <skipLocked>
)
update project
set lease_owner = :node, lease_until = :until, fence = fence + 1
where id in (select id from due) and lease_until <= :now
returning *
