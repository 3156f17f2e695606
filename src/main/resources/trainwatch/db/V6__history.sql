-- What valid looks showed and what was decided on them, kept for a while so that policies can be tried on it.
create table recorded_look (
  job_no bigint not null,
  fence  bigint not null,                          -- the claim under which it was committed; the order of a job's looks
  at     bigint not null,                          -- when it was judged, Unix milliseconds
  look   text not null,                            -- history.RecordedLook, JSON
  primary key (job_no, fence)
) ${clustered};
create index recorded_look_at on recorded_look (at);

-- Gives each job a short key, anew each time that it was put on the watch list anew.
create table recorded_job (
  no    ${identity},
  job   text not null,                             -- tenant:project/job
  epoch integer not null,
  unique (job, epoch)
);

-- The policies that looks were judged by.
create table recorded_policy (
  hash       text not null primary key,            -- of the definition
  definition text not null,                        -- verdict.Policy, JSON
  used_at    bigint not null                       -- the last use, to the hour, Unix milliseconds
);
