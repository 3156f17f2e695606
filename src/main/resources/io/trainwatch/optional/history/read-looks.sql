-- All looks, job by job.
select job, epoch, fence, look
from recorded_look join recorded_job on no = job_no
order by job_no, fence
