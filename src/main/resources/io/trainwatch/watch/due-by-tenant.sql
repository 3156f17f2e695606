-- Which tenants have jobs that are due and may be asked now.
select job.tenant as alias, count(*) as due, coalesce(max(tenant.paused_until), 0) as paused_until
from job
left join tenant on tenant.alias = job.tenant
where next_poll_at <= :now and lease_until <= :now and (:everything or id in (<ids>))
  and coalesce(tenant.paused_until, 0) <= :now
group by job.tenant
order by min(next_poll_at)
