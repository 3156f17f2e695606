-- Gives the node a lease on the projects of one tenant whose list is due: those in which tasks are discovered, and those
-- in which several jobs are watched. Where one of its jobs nears its end, a list is due for that.
with due as (
  select id from project
  where (next_list_at <= :now
      or failures = 0 and next_list_at <= :soonest and id in (
        select tenant || ':' || project_id from job
        where next_poll_at <= :nearEnd and tenant = :tenant and due_why = 'NEAR_END' and phase = 'WATCHING'))
    and lease_until <= :now and tenant = :tenant
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
