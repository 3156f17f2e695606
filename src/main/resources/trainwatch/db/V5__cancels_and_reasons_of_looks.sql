-- What was tried to cancel a job, why its next look is due, and the look that confirms an end.
alter table job add column due_why text not null default 'INTERVAL';  -- watch.Due: why next_poll_at is what it is
alter table job add column cancel_tries text;                         -- watch.CancelTries (JSON); null: none sent
alter table job add column cancel_failed_at bigint;                   -- when job.cancel_failed was told; null: it was not
