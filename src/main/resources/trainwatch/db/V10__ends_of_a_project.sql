-- The latest ends of a project: what a new job of it is told of their steps.
create index job_ended on job (tenant, project_id, ended_at) where ended_at is not null;
