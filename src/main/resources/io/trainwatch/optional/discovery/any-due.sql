-- Whether there is anything to claim: asked first, because it takes no lock.
select 1 from project
where (next_list_at <= :now
    or failures = 0 and next_list_at <= :soonest and id in (
      select tenant || ':' || project_id from job
      where next_poll_at <= :nearEnd and tenant = :tenant and due_why = 'NEAR_END' and phase = 'WATCHING'))
  and lease_until <= :now and tenant = :tenant
  and (discover = 1 and :everything
    or (select count(*) from job
        where job.tenant = project.tenant and job.project_id = project.project_id and phase in ('WATCHING', 'STOPPING')
          and (:everything or job.id in (<ids>))) > 1)
limit 1
