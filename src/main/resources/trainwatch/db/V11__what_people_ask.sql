-- What people ask for and are shown: lists of jobs that are read page by page, counts, who takes part.

alter table job add column exempt text;          -- who exempted the job from being cancelled, and why; null: nobody

-- Pages of the watch list, the latest first; and of it those jobs that may need a person, which are few.
create index job_since on job (watched_since desc, id);
create index job_trouble on job (watched_since desc, id)
where phase in ('WATCHING', 'STOPPING') and (phase = 'STOPPING' or failures > 0 or coalesce(told, '') <> '');

-- Counts. It takes the place of the index on the phase alone.
drop index job_phase;
create index job_stage on job (phase, state, tenant);
create index job_leased on job (lease_owner) where lease_owner <> '';
create index delivery_dead on delivery (event_seq, target) where status = 'dead';
create index delivery_settled on delivery (target, settled_at) where settled_at is not null;

-- The processes that use the store.
create table node (
  id      text not null primary key,             -- as it signs its leases
  seen_at bigint not null
);
