package io.trainwatch.optional.discovery;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobList;
import io.trainwatch.job.JobList.ListedJob;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.TrainingState;
import io.trainwatch.job.Transition;
import io.trainwatch.optional.discovery.Listing.Project;
import io.trainwatch.watch.Leases;
import io.trainwatch.watch.Look;
import io.trainwatch.watch.WatchList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Takes the jobs of a page: puts new ones on the watch list and claims those that the page tells of. */
final class ListedJobs {

    /** A list is in the order in which jobs were created: one that runs may stand behind those that ended meanwhile. */
    private static final Duration LONGEST_JOB = Duration.ofDays(1);

    private final WatchList watchList;
    private final Leases leases;
    private final Duration interval;
    private final Map<String, DiscoverySettings> discoveries;

    /** @param interval the time between two lists of a project */
    ListedJobs(WatchList watchList, Leases leases, Duration interval, Map<String, DiscoverySettings> discoveries) {
        this.watchList = watchList;
        this.leases = leases;
        this.interval = interval;
        this.discoveries = discoveries;
    }

    /**
     * @param added how many jobs were put on the watch list
     * @param longOver whether all jobs of the page ended so long ago that those of later pages have ended too
     */
    record Taken(List<ListedLook> looks, int added, boolean longOver) {}

    /** The ids of the jobs of the project that are watched. */
    Set<String> watched(Handle handle, Project project) {
        return new HashSet<>(handle.createQuery(
                        "select job_id from job where tenant = :tenant and project_id = :project and phase in ('WATCHING', 'STOPPING')")
                .bind("tenant", project.tenant())
                .bind("project", project.project())
                .mapTo(String.class)
                .list());
    }

    Taken take(Handle handle, Listing listing, JobList page, Instant now) {
        Map<String, ListedJob> told = new HashMap<>();
        page.jobs().forEach(job -> told.putIfAbsent(job.jobId(), job));
        if (told.isEmpty()) {
            return new Taken(List.of(), 0, false);
        }
        Project project = listing.row();
        Map<String, Boolean> ended = ended(handle, project, told.keySet());
        int added = 0;
        Instant longAgo = project.since().minus(LONGEST_JOB);
        boolean longOver = true;
        for (ListedJob job : page.jobs()) {
            Boolean hasEnded = ended.get(job.jobId());
            longOver &= job.status().state().isTerminal() && endedBefore(longAgo, job);
            if (hasEnded == null) {
                added += isWanted(project, job) && add(handle, project, job, now) ? 1 : 0;
            } else if (hasEnded && !job.status().state().isTerminal()) {
                // Whatever told us of the end was right: it came later, or it was the job itself.
                listing.markStale();
            }
            listing.unseen().remove(job.jobId());
        }
        if (listing.isStale()) {
            return new Taken(List.of(), added, longOver);
        }
        List<ListedLook> looks = new ArrayList<>();
        // An end that would be confirmed on its own before the list after the next.
        Instant confirmUntil = now.plus(interval.multipliedBy(2));
        for (Look look :
                leases.claimListed(handle, project.tenant(), project.project(), told.keySet(), now, confirmUntil)) {
            looks.add(listedLook(listing, look, told.get(look.key().job()), now));
        }
        return new Taken(looks, added, longOver);
    }

    /**
     * Has the few jobs that the list did not come to looked at now, so that their ends are known as soon as those of the
     * others. A look that waits for another reason, such as a failure, is left where it is.
     */
    void lookAtUnseen(Handle handle, Listing listing, Instant now) {
        if (listing.unseen().isEmpty()) {
            return;
        }
        handle.createUpdate("update job set next_poll_at = :now, due_why = 'NOT_LISTED'"
                        + " where tenant = :tenant and project_id = :project and job_id in (<unseen>)"
                        + " and phase = 'WATCHING' and due_why in ('FIRST_LOOK', 'INTERVAL', 'NEAR_END')"
                        + " and next_poll_at > :now")
                .bind("tenant", listing.tenant())
                .bind("project", listing.project())
                .bindList("unseen", List.copyOf(listing.unseen()))
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** One job now and then is asked about on its own: so it comes out where the lists are behind. */
    private static ListedLook listedLook(Listing listing, Look look, ListedJob job, Instant now) {
        TrainingState before = look.job().state();
        TrainingState told = job.status().state();
        boolean backwards = Transition.between(before, told).kind() == Transition.Kind.REVERSAL;
        boolean isProbe = !told.isTerminal()
                && !listing.isProbed()
                && before != null
                && !listing.row().nextProbeAt().isAfter(now);
        if (isProbe) {
            listing.markProbed();
        }
        return backwards || isProbe ? new ListedLook(look.alone(), null) : new ListedLook(look, job.status());
    }

    /** An end whose time the tenant does not tell may have been at any time. */
    private static boolean endedBefore(Instant limit, ListedJob job) {
        return job.changedAt() == null || job.changedAt().isBefore(limit);
    }

    private boolean isWanted(Project project, ListedJob job) {
        DiscoverySettings discovery = discoveries.get(project.tenant());
        return project.discover()
                && discovery != null
                && (discovery.allTasks() || job.kinds().stream().anyMatch(discovery.tasks()::contains))
                && !(job.status().state().isTerminal() && endedBefore(project.since(), job));
    }

    private boolean add(Handle handle, Project project, ListedJob job, Instant now) {
        JobKey key = new JobKey(project.tenant(), project.project(), job.jobId());
        return watchList.add(handle, key, "discovery", now, now);
    }

    /** Whether each job that is or was watched has ended, by its id. */
    private static Map<String, Boolean> ended(Handle handle, Project project, Set<String> ids) {
        return handle
                .createQuery("select job_id, phase from job where tenant = :tenant and project_id = :project"
                        + " and job_id in (<ids>)")
                .bind("tenant", project.tenant())
                .bind("project", project.project())
                .bindList("ids", List.copyOf(ids))
                .map((row, context) -> Map.entry(row.getString("job_id"), "ENDED".equals(row.getString("phase"))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * A look that a list has brought about.
     *
     * @param status what the list says; {@code null} where the job is to be asked about on its own
     */
    public record ListedLook(Look look, JobStatus status) {}
}
