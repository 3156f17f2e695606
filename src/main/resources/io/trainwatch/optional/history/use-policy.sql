-- Keeps a policy that looks are judged by, for as long as it is used and its looks are kept.
insert into recorded_policy (hash, definition, used_at) values (:hash, :definition, :at)
on conflict (hash) do update set used_at = excluded.used_at
