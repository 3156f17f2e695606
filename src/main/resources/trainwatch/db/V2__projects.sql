-- Projects whose tasks are listed: one request in place of one for each job.
create table project (
  id           text not null primary key,          -- tenant:project
  tenant       text not null,
  project_id   text not null,
  discover     integer not null default 0,         -- 1: tasks that are not on the watch list are put on it
  since        bigint not null default 0,          -- of these, tasks that ended before are left out
  surveyed     integer not null default 0,         -- 1 once all pages were read, so that only new tasks are unknown
  next_list_at bigint not null default 0,
  next_probe_at bigint not null default 0,         -- when a job is looked at on its own, to see whether the list is true
  failures     integer not null default 0,         -- lists in a row that could not be used
  lease_owner  text not null default '',
  lease_until  bigint not null default 0,
  fence        bigint not null default 0
);
create index job_project on job (tenant, project_id, phase);
insert into project (id, tenant, project_id)
select distinct tenant || ':' || project_id, tenant, project_id from job where phase <> 'ENDED';

-- Which files of the jobs directory name a job that such a file put on the watch list: without any, its watch ends.
create table dropped_job (
  job   text not null,                             -- tenant:project/job
  file  text not null,
  owner text not null,                             -- the node that read it last; empty on SQLite, one machine's
  primary key (job, file)
);
