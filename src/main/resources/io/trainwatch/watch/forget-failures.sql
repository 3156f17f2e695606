-- Has the next looks decide whether a job can be reached. The fence grows, so that a look under way brings nothing back.
update job
set failures = 0, failing_since = null, failure = null, unreachable = 0, next_poll_at = :now, due_why = 'FIRST_LOOK',
    fence = fence + 1, lease_owner = '', lease_until = 0
where id = :id and phase in ('WATCHING', 'STOPPING') and failures > 0
