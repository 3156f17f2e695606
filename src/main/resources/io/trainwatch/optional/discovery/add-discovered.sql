-- Has the tasks of a project discovered from now on; one that was before keeps the time from which it is.
insert into project (id, tenant, project_id, discover, since)
values (:id, :tenant, :project, 1, :since)
on conflict (id) do update
set since = case when project.discover = 1 then project.since else :since end,
    surveyed = case when project.discover = 1 then project.surveyed else 0 end,
    discover = 1
