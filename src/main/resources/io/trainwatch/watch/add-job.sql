-- Puts a job on the watch list; one that was taken off it is watched anew, as if nothing had been seen of it.
insert into job
  (id, tenant, project_id, job_id, epoch, phase, observed, policy, watched_since, next_poll_at, due_why)
values (:id, :tenant, :project, :job, 1, 'WATCHING', :observed, :policy, :now, :firstLook, 'FIRST_LOOK')
on conflict (id) do update
set epoch = job.epoch + 1, phase = 'WATCHING', state = null, observed = :observed, watched_since = :now,
    policy = :policy, told = null, exempt = null,
    looked_at = null, breach = null, cancel_requested_at = null, cancel_attempts = 0, next_cancel_at = null,
    cancel_tries = null, cancel_failed_at = null,
    failures = 0, failing_since = null, failure = null, unreachable = 0, next_poll_at = :firstLook,
    due_why = 'FIRST_LOOK'
where job.phase = 'UNWATCHED'
