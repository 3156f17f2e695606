-- Ends the lease on a job that this node claimed without knowing it: it is due as it was.
update job
set lease_owner = '', lease_until = 0
where lease_owner = :node and fence = :fence and id = :id
