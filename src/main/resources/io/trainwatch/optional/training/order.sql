-- Writes down that a training is wanted.
insert into training (tenant, project_id, flow_id, locale_id, mode, ordered_at, followed_at, status, next_try_at)
values (:tenant, :project, :flow, :locale, :mode, :now, :now, 'OPEN', :now)
returning *
