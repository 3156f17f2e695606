-- Which tenants have jobs that are due and may be asked now. Each tenant's name is looked up in the index, and from it what
-- is due: the engines would read the whole list for "distinct" or "group by".
with recursive known as (
  select min(tenant) as alias from job
  union all
  select (select min(tenant) from job where tenant > known.alias) from known where known.alias is not null
)
select job.tenant as alias, count(*) as due, coalesce(max(tenant.paused_until), 0) as paused_until
from known
cross join job
left join tenant on tenant.alias = job.tenant
where job.tenant = known.alias and next_poll_at <= :now and lease_until <= :now and (:everything or id in (<ids>))
  and coalesce(tenant.paused_until, 0) <= :now
group by job.tenant
order by min(next_poll_at)
