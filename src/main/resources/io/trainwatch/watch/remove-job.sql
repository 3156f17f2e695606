-- Takes a job off the watch list. The fence grows, so that what a look under way finds is refused.
update job
set phase = 'UNWATCHED', next_poll_at = :never, fence = fence + 1, lease_owner = '', lease_until = 0
where id = :id and phase in ('WATCHING', 'STOPPING')
