-- The latest order of the same training that no command has told the end of, and that was followed not long ago.
select * from training
where tenant = :tenant and coalesce(flow_id, '') = :flow and coalesce(locale_id, '') = :locale and mode = :mode
  and (:project = '' or coalesce(project_id, :project) = :project)
  and status in ('OPEN', 'STARTED') and told_at is null and followed_at >= :since
order by id desc
limit 1
