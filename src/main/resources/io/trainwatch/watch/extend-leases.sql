-- Keeps the leases of looks that are still under way.
update job set lease_until = :until
where lease_owner = :node and fence = :fence and id = :id
