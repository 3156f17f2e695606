-- Gives the node a lease on the orders of this process that are due, unless their tenant is paused.
update training
set lease_owner = :node, lease_until = :until, fence = fence + 1
where id in (<ids>) and status = 'OPEN' and next_try_at <= :now and lease_until <= :now
  and not exists (select 1 from tenant where alias = training.tenant and paused_until > :now)
returning *
