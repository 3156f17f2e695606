-- What all nodes must know about a webhook target, and what a delivery looks like to a target that wants a shape of its own.
create table webhook_target (
  name          text not null primary key,
  status        text not null default 'closed',  -- closed (takes deliveries), open (only probes go out) or disabled
  failures      integer not null default 0,      -- attempts in a row that failed
  failing_since bigint,                          -- the first of them
  paused_until  bigint not null default 0,       -- nothing is sent earlier: Retry-After
  next_probe_at bigint not null default 0,       -- no probe is sent earlier
  probes        integer not null default 0,      -- probes in a row that failed; the next wait is longer
  rate_free_at  bigint not null default 0,       -- the rate: generic cell rate algorithm
  changed_at    bigint,                          -- when the status became what it is
  reason        text                             -- why, for people
);

alter table delivery add column format text;     -- webhook.PayloadFormat; null: GENERIC
alter table delivery add column body text;       -- the exact bytes for this target; null: those of the event

-- Claims go through the pending deliveries of one target that are due, the longest due first.
drop index delivery_due;
create index delivery_pending on delivery (target, next_attempt_at, event_seq) where status = 'pending';
