-- Spreads the looks at one tenant that are overdue evenly over one interval, those near an end first: after a restart or a
-- pause they would meet the tenant as one burst. Few are left as they are.
with due as (
  select id, next_poll_at, due_why from job
  where next_poll_at <= :now and lease_until <= :now and tenant = :tenant
  <skipLocked>
), ranked as (
  select id, count(*) over () as jobs,
    row_number() over (order by case when due_why = 'NEAR_END' then 0 else 1 end, next_poll_at, id) - 1 as place
  from due
)
update job
set next_poll_at = :now + ranked.place * :interval / ranked.jobs
from ranked
where job.id = ranked.id and ranked.jobs > :few and job.lease_until <= :now
