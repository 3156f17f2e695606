-- Writes what a look led to, unless another node has claimed the job since: then no row matches.
update job
set phase = :phase, state = :state, observed = :observed, looked_at = :lookedAt, ended_at = coalesce(:endedAt, ended_at),
    breach = :breach, told = :reported, cancel_requested_at = :cancelRequestedAt, cancel_attempts = :cancelAttempts,
    next_cancel_at = :nextCancelAt, cancel_tries = :cancelTries,
    failures = :failures, failing_since = :failingSince, failure = :failure, unreachable = :unreachable,
    next_poll_at = :nextPollAt, due_why = :due, lease_owner = :holder, lease_until = case when :release then 0 else lease_until end
where id = :id and fence = :fence and lease_owner = :node
