-- Has a job cancelled by order: due at once, and free of the lease of a look that knows nothing of it.
update job
set phase = 'STOPPING', breach = :breach, cancel_requested_at = :now, next_cancel_at = :now, next_poll_at = :now, due_why = 'AFTER_CANCEL',
    fence = fence + 1, lease_owner = '', lease_until = 0
where id = :id and phase = 'WATCHING'
returning *
