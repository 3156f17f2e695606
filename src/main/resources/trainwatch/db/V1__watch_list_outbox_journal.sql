-- One schema, two engines. ${identity} is the engine's self-counting primary key; instants are Unix milliseconds.

-- The watch list: one row a job, for as long as it is remembered.
create table job (
  id                  text not null primary key,   -- tenant:project/job
  tenant              text not null,
  project_id          text not null,
  job_id              text not null,
  epoch               integer not null,            -- counts the times that this job was put on the list anew
  phase               text not null,               -- WATCHING, STOPPING (a cancel is committed) or ENDED
  state               text,                        -- the last state that was followed; null before the first look
  observed            text not null,               -- what the looks so far add up to (status.Observed, JSON)
  watched_since       bigint not null,
  looked_at           bigint,
  ended_at            bigint,

  breach              text,                        -- the rule that the cancel was decided on (JSON)
  cancel_requested_at bigint,
  cancel_attempts     integer not null default 0,
  next_cancel_at      bigint,                      -- when a DELETE may be sent (again); null: not wanted

  failures            integer not null default 0,  -- looks in a row that gave no valid status
  failing_since       bigint,
  failure             text,                        -- what the last of them met, for people
  unreachable         integer not null default 0,  -- 1 once job.unreachable was reported for this row of failures

  next_poll_at        bigint not null,             -- 9223372036854775807: never again
  lease_owner         text not null default '',
  lease_until         bigint not null default 0,
  fence               bigint not null default 0    -- grows with each claim; a result with an older one is refused
);
create index job_due on job (next_poll_at);
create index job_phase on job (phase);

-- The outbox: what is to be told, and to whom.
create table event (
  seq        ${identity},
  id         text not null unique,
  job        text not null,
  type       text not null,
  body       text not null,                        -- the exact bytes of every delivery
  created_at bigint not null
);
create index event_job on event (job);
create index event_created on event (created_at, seq);

create table delivery (
  event_seq       bigint not null references event (seq),
  target          text not null,
  job             text not null,
  status          text not null,                   -- pending, delivered or dead
  attempts        integer not null default 0,
  next_attempt_at bigint not null,
  last_error      text,
  settled_at      bigint,
  lease_owner     text not null default '',
  lease_until     bigint not null default 0,
  fence           bigint not null default 0,
  primary key (event_seq, target)
);
create index delivery_due on delivery (status, next_attempt_at);
create index delivery_order on delivery (job, target, status, event_seq);

-- The journal: audit rows, written in the transaction of what they tell, gone once their line is on disk.
create table journal (
  id         ${identity},
  at         bigint not null,
  tenant     text not null,
  project_id text not null,
  job_id     text not null,
  action     text not null,
  details    text not null,                        -- a JSON object
  line_seq   bigint                                -- the line's place in the chain, once it has one
);

-- The end of the chain as far as lines were given a place: the only row has id 1.
create table chain (
  id            integer not null primary key,
  seq           bigint not null,
  hash          text not null,
  exported_seq  bigint not null,
  exported_hash text not null
);
insert into chain (id, seq, hash, exported_seq, exported_hash)
values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000',
        0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Work that one node at a time does for all: the audit export.
create table duty (
  name        text not null primary key,
  lease_owner text not null default '',
  lease_until bigint not null default 0
);
insert into duty (name) values ('audit-export');

-- What all nodes must respect about a tenant.
create table tenant (
  alias        text not null primary key,
  paused_until bigint not null default 0,
  pauses       integer not null default 0,         -- pauses in a row; the next one is longer
  reason_kind  text,                               -- errors.FailureKind
  reason       text,                               -- for people
  next_free_at bigint not null default 0,          -- the request budget: generic cell rate algorithm
  looked_at bigint not null default 0              -- when looks were last claimed: a share of the budget is theirs
);
