-- Jobs at which no look is taken while their tenant is paused, and that were last seen so long ago that it is to be reported.
select job.id, tenant.paused_until, tenant.reason, coalesce(job.failing_since, job.next_poll_at) as since
from tenant
cross join job  -- SQLite reads them in this order: few tenants are paused, if any
where job.tenant = tenant.alias and tenant.paused_until > :now and job.phase in ('WATCHING', 'STOPPING') and job.unreachable = 0
  and job.lease_until <= :now and coalesce(job.failing_since, job.next_poll_at) <= :limit
  and (:everything or job.id in (<ids>))
order by since
limit 100
