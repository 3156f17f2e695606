-- Trainings that commands ordered: one row an order, from the wish to the job that came of it.
create table training (
  id           ${identity},
  tenant       text not null,
  project_id   text,                               -- null while it is looked for
  flow_id      text,                               -- null: all flows of the project
  locale_id    text,                               -- null: the tenant's choice
  mode         text not null,
  ordered_at   bigint not null,
  followed_at  bigint not null,                    -- when a command last waited for it; one that died may be taken up
  told_at      bigint,                             -- when a command told how it ended
  status       text not null,                      -- OPEN, STARTED or GIVEN_UP
  job          text,                               -- tenant:project/job, once it is started
  message      text,                               -- what the last try met, for people
  requests     integer not null default 0,         -- requests that may have started it
  in_doubt     integer not null default 0,         -- 1 from before such a request until its answer is read
  known        text,                               -- jobs that were there before the first of them (JSON)
  known_until  bigint,                             -- when the latest of these was created, by the tenant's clock
  lists        integer not null default 0,         -- lists since the last of them that told of no new job
  failures     integer not null default 0,         -- tries in a row without an answer
  failing_since bigint,
  next_try_at  bigint not null,
  lease_owner  text not null default '',
  lease_until  bigint not null default 0,
  fence        bigint not null default 0
);
create index training_subject on training (tenant, flow_id, followed_at);
