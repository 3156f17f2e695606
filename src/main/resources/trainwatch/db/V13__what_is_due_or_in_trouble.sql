-- SQLite takes an index by its first columns, however many rows have the same value there: each query that is asked again
-- and again has one that leads it to its rows alone.

-- What is due is claimed tenant by tenant.
create index job_tenant_due on job (tenant, next_poll_at);

-- Pages of the watch list, and of it those jobs that may need a person, which are few.
create index job_phase on job (phase, watched_since desc, id);
drop index job_trouble;
create index job_trouble on job (watched_since desc, id)
where phase not in ('ENDED', 'UNWATCHED') and (phase = 'STOPPING' or failures > 0 or coalesce(told, '') <> '');
