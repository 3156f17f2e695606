-- Records a look; no row where its job is not known here yet.
insert into recorded_look (job_no, fence, at, look)
select no, :fence, :at, :look from recorded_job where job = :job and epoch = :epoch
