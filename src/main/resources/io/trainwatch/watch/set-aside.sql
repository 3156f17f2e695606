-- Leaves a claimed row that cannot be read as it is, but for when it is tried again and why.
update job
set lease_owner = '', lease_until = 0, next_poll_at = :next,
    failures = failures + 1, failing_since = coalesce(failing_since, :now), failure = :failure
where fence = :fence and id = :id
