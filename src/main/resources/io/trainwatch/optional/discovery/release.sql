-- Ends a list, unless another node has claimed the project since.
update project
set lease_owner = '', lease_until = 0, next_list_at = :nextListAt, failures = :failures, surveyed = :surveyed,
    next_probe_at = :nextProbeAt
where id = :id and fence = :fence and lease_owner = :node
