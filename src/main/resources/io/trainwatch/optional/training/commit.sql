-- Writes what a try led to, unless another process has claimed the order since: then no row matches.
update training
set project_id = :project, status = :status, job = :job, message = :message, requests = :requests,
    in_doubt = :inDoubt, known = :known, known_until = :knownUntil, lists = :lists, failures = :failures, failing_since = :failingSince,
    next_try_at = :nextTryAt, lease_until = :leaseUntil
where id = :id and fence = :fence and lease_owner = :node
