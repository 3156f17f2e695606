-- Forgets some of the oldest looks.
delete from recorded_look
where (job_no, fence) in (select job_no, fence from recorded_look where at < :before order by at limit :most)
