package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.job.JobKey;
import io.trainwatch.rules.WrittenPolicy.OwnPolicy;
import io.trainwatch.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jobs that are watched, and what is known of them. Thread-safe. */
public final class WatchList {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.jobs");

    /** So many parameters of one query are safe on both engines. */
    private static final int IDS_AT_ONCE = 500;

    /** So many jobs are put on the list in one transaction, for which the first looks at those before them wait. */
    private static final int ADDED_AT_ONCE = 50;

    /** The rows of jobs but those that were set aside since they cannot be read. */
    static final String READABLE =
            "coalesce(failure, '') not like '" + UnreadableJobs.CANNOT_BE_READ.replace("'", "''") + "%'";

    /** The rows of jobs that are looked at. */
    static final String WATCHED = "phase in ('WATCHING', 'STOPPING') and " + READABLE;

    private final Store store;
    private final JobRecorder recorder;
    private final Schedule schedule;
    private final EarlierSteps earlierSteps;
    private final Predicate<String> lists;
    private final InstantSource clock;
    private final WatchFigures figures;

    WatchList(
            Store store,
            JobRecorder recorder,
            Schedule schedule,
            EarlierSteps earlierSteps,
            Predicate<String> lists,
            InstantSource clock,
            WatchFigures figures) {
        this.store = store;
        this.recorder = recorder;
        this.schedule = schedule;
        this.earlierSteps = earlierSteps;
        this.lists = lists;
        this.clock = clock;
        this.figures = figures;
    }

    /** How the jobs stand, in numbers. */
    public WatchFigures figures() {
        return figures;
    }

    /**
     * Puts jobs on the list; one that is on it already, ended or not, stays as it is, so that a restart changes nothing.
     * One that was taken off it is watched anew.
     * The first look at the first of them is due at once; the others follow {@link Schedule#firstLook a little apart}.
     * Many are added in several transactions: after an error some are on the list, and the call can be repeated.
     *
     * @param source where the jobs come from, for the audit: {@code properties}, {@code command} …
     * @return how many are new
     */
    public int add(Collection<JobKey> jobs, String source) {
        return add(jobs, source, null);
    }

    /**
     * {@link #add(Collection, String)} with a policy of the jobs' own, which those that are watched already get too.
     *
     * @param own {@code null} for none
     */
    public int add(Collection<JobKey> jobs, String source, OwnPolicy own) {
        return add(jobs, source, own, (handle, some, added) -> {});
    }

    /** What else is written in a transaction that puts some jobs on the list. */
    @FunctionalInterface
    public interface Along {
        /** @param added those of them that are new */
        void write(Handle handle, List<JobKey> some, Set<JobKey> added);
    }

    /** {@link #add(Collection, String, OwnPolicy)}, and something else along with each of the transactions. */
    public int add(Collection<JobKey> jobs, String source, OwnPolicy own, Along along) {
        Instant now = clock.instant();
        Map<String, Long> byProject =
                jobs.stream().collect(Collectors.groupingBy(WatchList::project, Collectors.counting()));
        List<JobKey> all = List.copyOf(jobs);
        int added = 0;
        for (int from = 0; from < all.size(); from += ADDED_AT_ONCE) {
            List<JobKey> some = all.subList(from, Math.min(from + ADDED_AT_ONCE, all.size()));
            int before = from;
            added += store.transaction(handle -> {
                List<Entry> entries = new ArrayList<>();
                for (JobKey job : some) {
                    boolean listed =
                            lists.test(job.tenant()) && (byProject.get(project(job)) > 1 || inProject(handle, job));
                    int index = before + entries.size();
                    entries.add(new Entry(job, schedule.firstLook(now, index, all.size(), listed)));
                }
                Set<JobKey> fresh = add(handle, entries, source, own, now);
                along.write(handle, some, fresh);
                return fresh.size();
            });
        }
        if (added > 0) {
            LOG.info("{} {} put on the watch list, from {}", added, added == 1 ? "job was" : "jobs were", source);
        }
        return added;
    }

    private static String project(JobKey job) {
        return job.tenant() + ":" + job.project();
    }

    /** Whether others of the project are watched already. */
    private static boolean inProject(Handle handle, JobKey job) {
        return handle.createQuery("select 1 from job where tenant = :tenant and project_id = :project"
                        + " and phase in ('WATCHING', 'STOPPING') and job_id <> :job limit 1")
                .bind("tenant", job.tenant())
                .bind("project", job.project())
                .bind("job", job.job())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /**
     * Puts a job on the list, in the caller's transaction.
     *
     * @return whether it is new
     */
    public boolean add(Handle handle, JobKey job, String source, Instant now, Instant firstLook) {
        return !add(handle, List.of(new Entry(job, firstLook)), source, null, now)
                .isEmpty();
    }

    /** Some statements for all of them in place of some for each: a service may begin with thousands of jobs. */
    private Set<JobKey> add(Handle handle, List<Entry> entries, String source, OwnPolicy own, Instant now) {
        addProjects(handle, entries);
        PreparedBatch batch = handle.prepareBatch(store.sql(WatchList.class, "add-job"));
        for (Entry entry : entries) {
            JobKey job = entry.job();
            batch.bind("id", job.toString())
                    .bind("tenant", job.tenant())
                    .bind("project", job.project())
                    .bind("job", job.job())
                    .bind(
                            "observed",
                            earlierSteps
                                    .of(handle, job, own == null ? null : own.text())
                                    .toJson())
                    .bind("policy", own == null ? null : own.text())
                    .bind("now", now.toEpochMilli())
                    .bind("firstLook", entry.firstLook().toEpochMilli())
                    .add();
        }
        int[] rows = batch.execute();
        List<Entry> added = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] > 0) {
                added.add(entries.get(i));
            } else if (own != null) {
                changePolicy(handle, entries.get(i).job(), own, source, now);
            }
        }
        if (!added.isEmpty()) {
            if (own != null) {
                own.remember(handle, now);
            }
            recordStart(handle, added, source, own, now);
        }
        return added.stream().map(Entry::job).collect(Collectors.toSet());
    }

    private static void addProjects(Handle handle, List<Entry> entries) {
        Map<String, JobKey> oneOfEach = new HashMap<>();
        entries.forEach(entry -> oneOfEach.put(project(entry.job()), entry.job()));
        PreparedBatch batch = handle.prepareBatch("insert into project (id, tenant, project_id)"
                + " values (:id, :tenant, :project) on conflict (id) do nothing");
        oneOfEach.forEach((id, job) -> batch.bind("id", id)
                .bind("tenant", job.tenant())
                .bind("project", job.project())
                .add());
        batch.execute();
    }

    private void recordStart(Handle handle, List<Entry> added, String source, OwnPolicy own, Instant now) {
        Map<String, Integer> epochs = handle
                .createQuery("select id, epoch from job where id in (<ids>)")
                .bindList(
                        "ids",
                        added.stream().map(entry -> entry.job().toString()).toList())
                .map((row, context) -> Map.entry(row.getString("id"), row.getInt("epoch")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Map<JobKey, ObjectNode> detailsByJob = new LinkedHashMap<>();
        for (Entry entry : added) {
            ObjectNode details = details()
                    .put("source", source)
                    .put("epoch", epochs.get(entry.job().toString()));
            if (own != null) {
                details.set("policy", details().put("name", OwnPolicy.NAME).put("hash", own.hash()));
            }
            detailsByJob.put(entry.job(), JobRecorder.nextLook(details, entry.firstLook(), LookReason.FIRST_LOOK));
        }
        recorder.record(handle, now, AuditAction.MONITOR_START, detailsByJob);
    }

    /**
     * Gives a job that is watched another policy of its own, in the caller's transaction.
     *
     * @param own {@code null} to judge it by a file or by the settings again
     */
    public void changePolicy(Handle handle, JobKey job, OwnPolicy own, String source, Instant now) {
        String text = own == null ? null : own.text();
        Optional<WatchedJob> before =
                JobRow.find(handle, job.toString()).filter(row -> !Objects.equals(row.policy(), text));
        if (before.isEmpty()) {
            return;
        }
        int rows = handle.createUpdate(
                        "update job set policy = :policy where id = :id and phase in ('WATCHING', 'STOPPING')")
                .bind("policy", text)
                .bind("id", job.toString())
                .execute();
        if (rows > 0) {
            ObjectNode details = details().put("source", source).put("name", OwnPolicy.NAME);
            details.put("hash", own == null ? null : own.hash());
            details.put(
                    "previous",
                    before.map(WatchedJob::policy).map(OwnPolicy::hash).orElse(null));
            recorder.record(handle, now, job, AuditAction.POLICY_CHANGED, details);
            if (own != null) {
                own.remember(handle, now);
            }
            LOG.info(
                    "{} is judged by {} from now on",
                    job,
                    own == null ? "the usual policy" : "another policy of its own");
        }
    }

    /**
     * Takes a job off the list. The job itself is left alone, and what a look under way finds is dropped.
     *
     * @param source who asked for it, for the audit
     * @return whether it was watched
     */
    public boolean remove(JobKey job, String source) {
        return store.transaction(handle -> remove(handle, job, source));
    }

    /** {@link #remove(JobKey, String)} in the caller's transaction. */
    public boolean remove(Handle handle, JobKey job, String source) {
        int rows = handle.createUpdate(store.sql(WatchList.class, "remove-job"))
                .bind("id", job.toString())
                .bind("never", Store.NEVER)
                .execute();
        if (rows > 0) {
            recorder.record(
                    handle,
                    clock.instant(),
                    job,
                    AuditAction.MONITOR_STOPPED,
                    details().put("source", source));
            LOG.info("{} is no longer watched, as asked for by {}", job, source);
        }
        return rows > 0;
    }

    /**
     * Forgets the failures of looks at these jobs, and the refusals of their tenants: what an earlier process met says
     * nothing of now. The next look at a job that failed is due at once; a wait that a tenant asked for stays.
     */
    public void forgetFailures(Collection<JobKey> jobs) {
        if (jobs.isEmpty()) {
            return;
        }
        store.transaction(handle -> {
            PreparedBatch failed = handle.prepareBatch(store.sql(WatchList.class, "forget-failures"));
            jobs.forEach(job -> failed.bind("id", job.toString())
                    .bind("now", clock.millis())
                    .add());
            failed.execute();
            TenantPauses.forget(
                    handle, jobs.stream().map(JobKey::tenant).distinct().toList());
            return null;
        });
    }

    /** The jobs with these ids, in no order; ids that are not on the list, or cannot be read, are left out. */
    public List<WatchedJob> find(Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        List<WatchedJob> found = new ArrayList<>();
        for (int from = 0; from < all.size(); from += IDS_AT_ONCE) {
            List<String> some = all.subList(from, Math.min(from + IDS_AT_ONCE, all.size()));
            found.addAll(store.read(handle -> handle.createQuery("select * from job where id in (<ids>)")
                    .bindList("ids", some)
                    .map((row, context) -> JobRow.read(row).job())
                    .list()));
        }
        found.removeIf(Objects::isNull);
        return found;
    }

    /** The jobs that were put on the list last, without those whose rows cannot be read. */
    public List<WatchedJob> latest(int most) {
        return store.read(handle -> handle
                .createQuery("select * from job order by watched_since desc, id limit :most")
                .bind("most", most)
                .map((row, context) -> JobRow.read(row))
                .stream()
                .map(JobRow::job)
                .filter(Objects::nonNull)
                .toList());
    }

    /** A page of the jobs that are asked for, without those whose rows cannot be read. */
    public JobQuery.Page page(JobQuery query) {
        return query.read(store);
    }

    /** Empty where it is not on the list, or its row cannot be read. */
    public Optional<JobView> view(JobKey job) {
        return store.read(handle -> handle.createQuery("select * from job where id = :id")
                .bind("id", job.toString())
                .map((row, context) -> JobView.read(row))
                .findOne()
                .flatMap(found -> found));
    }

    /**
     * Has a job that breaks its policy reported only, and never cancelled, until this is taken back or it is put on the
     * list anew. A cancel that was decided on before goes on.
     *
     * @param by who asks for it, one word
     * @param isExempt {@code false} takes it back
     * @return whether that is new; not for a job that is not watched
     */
    public boolean exempt(JobKey job, String by, String why, boolean isExempt) {
        return store.transaction(handle -> {
            int rows = handle.createUpdate("update job set exempt = :exempt where id = :id"
                            + " and phase in ('WATCHING', 'STOPPING') and (exempt is null) = :isExempt")
                    .bind("exempt", isExempt ? by + ": " + why : null)
                    .bind("isExempt", isExempt)
                    .bind("id", job.toString())
                    .execute();
            if (rows > 0) {
                recorder.record(
                        handle,
                        clock.instant(),
                        job,
                        AuditAction.CANCEL_EXEMPTED,
                        details().put("exempt", isExempt).put("by", by).put("why", why));
                LOG.info("{} is {} cancelled by its policy from now on", job, isExempt ? "not" : "again");
            }
            return rows > 0;
        });
    }

    /**
     * The tenants that refused the client's credentials several times in a row: what becomes of their jobs cannot be known
     * until somebody sees to it.
     *
     * @return why, by tenant
     */
    public Map<String, String> refusingTenants() {
        return store.read(handle -> handle
                .createQuery("select alias, reason from tenant where pauses >= :pauses and reason_kind = :kind")
                .bind("pauses", FailedLooks.BELIEVED_AFTER)
                .bind("kind", FailureKind.UNAUTHORISED.name())
                .map((row, context) -> Map.entry(row.getString("alias"), row.getString("reason")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** A job that is to be on the list. */
    private record Entry(JobKey job, Instant firstLook) {}
}
