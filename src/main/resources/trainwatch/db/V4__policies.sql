-- Policies: those that stand beside a job, what was told of breaches, and what bounds the cancels of a bad policy.

alter table job add column policy text;          -- a policy of the job's own (JSON); null: that of a file or of the settings
alter table job add column told text;            -- which rules broke and why that led to no cancel (watch.Told)

-- Each job that was cancelled, for as long as it counts for the budgets.
create table cancel_spent (
  id     ${identity},
  tenant text not null,
  policy text not null,                          -- the name of the policy that called for it
  job    text not null,
  at     bigint not null
);
create index cancel_spent_at on cancel_spent (tenant, at);

-- One row a tenant: locked by whoever cancels, so that nodes take turns, and what there is to say about its budget.
create table cancel_budget (
  tenant   text not null primary key,
  spent_at bigint,                               -- when a cancel was first withheld; null: never
  free_at  bigint not null default 0,            -- when the budget allows another cancel
  reason   text                                  -- for people
);

-- Every version of a policy that was in force, so that decisions can be replayed, and the last one outlives a restart.
create table policy_version (
  file     text not null,                        -- of the policy directory; 'job' beside jobs, '' of the settings
  hash     text not null,                        -- SHA-256 of the content
  name     text not null,
  content  text not null,
  taken_at bigint not null,
  in_force integer not null,
  primary key (file, hash)
);
