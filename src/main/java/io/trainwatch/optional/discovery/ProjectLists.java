package io.trainwatch.optional.discovery;

import io.trainwatch.errors.Backoff;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.TenantPaused;
import io.trainwatch.job.JobList;
import io.trainwatch.job.JobStatus;
import io.trainwatch.optional.discovery.ListedJobs.ListedLook;
import io.trainwatch.optional.discovery.Listing.Project;
import io.trainwatch.store.Store;
import io.trainwatch.watch.Leases;
import io.trainwatch.watch.Look;
import io.trainwatch.watch.RequestBudget;
import io.trainwatch.watch.TenantPauses;
import io.trainwatch.watch.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists of projects: one request tells of all jobs of a project, those included that nobody named.
 *
 * <p>A list only brings looks forward: a job that no list tells of (because lists fail, are incomplete or untrue) becomes
 * due on its own and is asked about alone. Thread-safe.
 */
public final class ProjectLists {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.lists");
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);
    /** A project is not listed for this long after its list was found to be behind. */
    private static final Duration AFTER_STALE = Duration.ofMinutes(2);

    private static final Duration BETWEEN_PROBES = Duration.ofMinutes(1);
    /** A project that is new in a tenant is found within this time. */
    private static final Duration BETWEEN_SURVEYS = Duration.ofMinutes(1);

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
    private static final int MOST_AT_ONCE = 16;
    private static final int MOST_PAGES = 50;

    private final Store store;
    private final Leases leases;
    private final RequestBudget budget;
    private final TenantPauses pauses;
    private final ListedJobs listedJobs;
    private final Options options;
    private final RepeatedFaults faults;
    private final InstantSource clock;
    private final AtomicLong pages = new AtomicLong();
    private boolean discovered;

    /**
     * @param interval the time between two lists of a project
     * @param lease how long a node may take for one list
     * @param discoveries by tenant
     * @param tenants those whose jobs can be listed
     */
    public record Options(
            Duration interval, Duration lease, Map<String, DiscoverySettings> discoveries, Set<String> tenants) {}

    public ProjectLists(Store store, Watch watch, Options options, InstantSource clock) {
        this.store = store;
        this.leases = watch.leases();
        this.budget = watch.budget();
        this.pauses = watch.pauses();
        this.faults = watch.faults();
        this.listedJobs = new ListedJobs(watch.list(), leases, options.interval(), options.discoveries());
        this.options = options;
        this.clock = clock;
    }

    /**
     * Has the tasks of the configured projects discovered, and those of others no more. Called before each claim, so
     * that a project that is not named any more is not listed once more; does nothing once it has succeeded.
     */
    public synchronized void discover() {
        if (discovered) {
            return;
        }
        if (leases.selection().isAll()) {
            discoverConfigured();
        }
        discovered = true;
    }

    private void discoverConfigured() {
        for (String tenant : options.tenants()) {
            DiscoverySettings discovery = options.discoveries().get(tenant);
            store.transaction(handle -> {
                forgetOthers(handle, tenant, discovery);
                if (discovery != null) {
                    discovery.projects().forEach(project -> add(handle, tenant, project, discovery));
                }
                return null;
            });
        }
    }

    /** Ends the discovery in projects that the settings do not name any more; jobs that were found are watched on. */
    private static void forgetOthers(Handle handle, String tenant, DiscoverySettings discovery) {
        if (discovery != null && discovery.allProjects()) {
            return;
        }
        handle.createUpdate("update project set discover = 0 where tenant = :tenant and project_id not in (<projects>)")
                .bind("tenant", tenant)
                .bindList("projects", discovery == null ? List.of("") : List.copyOf(discovery.projects()))
                .execute();
    }

    private void add(Handle handle, String tenant, String project, DiscoverySettings discovery) {
        handle.createUpdate(store.sql(ProjectLists.class, "add-discovered"))
                .bind("id", tenant + ":" + project)
                .bind("tenant", tenant)
                .bind("project", project)
                .bind("since", clock.instant().minus(discovery.since()).toEpochMilli())
                .execute();
    }

    /** Claims the projects whose list is due. */
    public List<Listing> claimDue() {
        if (!leases.mayClaim()) {
            return List.of();
        }
        Instant now = clock.instant();
        List<Listing> claimed = new ArrayList<>();
        for (String tenant : options.tenants()) {
            claim(tenant, now, claimed);
        }
        return claimed;
    }

    /** One tenant's failure is no other's. */
    private void claim(String tenant, Instant now, List<Listing> claimed) {
        String what = "claiming the due lists of " + tenant;
        try {
            if (isAnyDue(tenant, now)) {
                claimed.addAll(store.transaction(handle -> claim(handle, tenant, now)));
            }
            faults.works(what);
        } catch (RuntimeException e) {
            faults.happened(what, e);
        }
    }

    private boolean isAnyDue(String tenant, Instant now) {
        return store.read(handle -> leases.selection()
                .bindTo(handle.createQuery(store.sql(ProjectLists.class, "any-due")))
                .bind("tenant", tenant)
                .bind("now", now.toEpochMilli())
                .bind("soonest", soonest(now))
                .bind("nearEnd", nearEnd(now))
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    private List<Listing> claim(Handle handle, String tenant, Instant now) {
        int affordable = budget.affordableLists(handle, tenant, MOST_AT_ONCE, now);
        if (affordable == 0) {
            return List.of();
        }
        List<Project> rows = leases.selection()
                .bindTo(handle.createQuery(store.sql(ProjectLists.class, "claim-due")))
                .bind("tenant", tenant)
                .bind("now", now.toEpochMilli())
                .bind("soonest", soonest(now))
                .bind("nearEnd", nearEnd(now))
                .bind("until", now.plus(options.lease()).toEpochMilli())
                .bind("node", leases.node())
                .bind("most", affordable)
                .map((row, context) -> Project.read(row))
                .list();
        budget.spend(handle, tenant, rows.size(), now);
        return rows.stream()
                .map(row -> new Listing(row, listedJobs.watched(handle, row), now))
                .toList();
    }

    /** The next list of a project that is due by the interval at this time was taken a second ago. */
    private long soonest(Instant now) {
        return now.plus(options.interval()).minus(MIN_INTERVAL).toEpochMilli();
    }

    /** Jobs near their ends that are due by then on their own are due now by a list. */
    private static long nearEnd(Instant now) {
        return now.plus(Watch.AFTER_LIST).toEpochMilli();
    }

    /** Takes what a page tells, and decides whether the next one is worth a request. */
    public List<ListedLook> take(@Variable("listing") Listing listing, @Body JobList page) {
        Instant now = clock.instant();
        if (page.oldestFirst() && page.next() != null) {
            listing.markOldestFirst();
        }
        pages.incrementAndGet();
        ListedJobs.Taken taken = store.transaction(handle -> {
            page.projects()
                    .forEach(project -> add(
                            handle,
                            listing.tenant(),
                            project,
                            options.discoveries().get(listing.tenant())));
            ListedJobs.Taken found = listedJobs.take(handle, listing, page, now);
            if (isWorthARequest(listing, page, found)) {
                budget.spend(handle, listing.tenant(), 1, now);
            }
            pauses.over(handle, listing.tenant(), listing.begunAt());
            return found;
        });
        listing.read(isWorthARequest(listing, page, taken) ? page.next() : null);
        leases.looks().begun(taken.looks().stream().map(ListedLook::look).toList());
        report(listing, page);
        if (taken.added() > 0) {
            LOG.info(
                    "{} discovered in {}",
                    taken.added() == 1 ? "1 job was" : taken.added() + " jobs were",
                    listing.row().id());
        }
        return taken.looks();
    }

    private void report(Listing listing, JobList page) {
        String project = listing.row().id();
        page.leftOut()
                .ifPresentOrElse(
                        what -> faults.once(
                                "reading lists of " + listing.tenant(),
                                items(listing),
                                "in the list of " + project + ", " + what),
                        () -> faults.works(items(listing)));
        if (listing.isOldestFirst()) {
            faults.once(
                    "ordering lists of " + listing.tenant(),
                    order(listing),
                    "the list of " + project
                            + " comes with the oldest job first, though the latest is asked for. All of"
                            + " its pages are read, " + MOST_PAGES + " at most, and so less often.");
        } else {
            faults.works(order(listing));
        }
    }

    private static String items(Listing listing) {
        return "items of " + listing.row().id();
    }

    private static String order(Listing listing) {
        return "order of " + listing.row().id();
    }

    /**
     * A further page is read while it may hold jobs that nobody knows, or as many watched ones that it is cheaper than
     * asking about each.
     */
    private static boolean isWorthARequest(Listing listing, JobList page, ListedJobs.Taken taken) {
        boolean projects = listing.project().equals(JobList.ALL_PROJECTS);
        boolean survey = listing.row().discover() && !listing.row().surveyed() && !taken.longOver();
        boolean mayHoldNew = listing.row().discover() && (taken.added() > 0 || listing.isOldestFirst());
        boolean cheaper = listing.unseen().size() > listing.pages() + 1;
        // What is not worth a page is asked about alone when the list is over: ListedJobs.lookAtUnseen.
        return page.next() != null && listing.pages() < MOST_PAGES && (projects || survey || mayHoldNew || cheaper);
    }

    /** The list is over: the next one is due after the interval. */
    public void done(@Variable("listing") Listing listing) {
        Instant now = clock.instant();
        Duration interval = listing.project().equals(JobList.ALL_PROJECTS) ? BETWEEN_SURVEYS : options.interval();
        // A list of which every page is read each time asks for no more pages in a while than any other.
        Instant next =
                listing.begunAt().plus(listing.isOldestFirst() ? interval.multipliedBy(listing.pages()) : interval);
        if (listing.isStale()) {
            faults.warn(
                    "keeping up with jobs of " + listing.tenant() + " by lists",
                    listing.row().id(),
                    "the list of " + listing.row().id()
                            + " is behind what the tenant says of single jobs: they are asked"
                            + " about one by one for " + AFTER_STALE.toSeconds() + " s");
            next = now.plus(AFTER_STALE);
        } else {
            faults.works(listing.row().id());
        }
        release(listing, next, 0, true);
    }

    /** The list failed: the jobs become due on their own, and a list is tried again later. */
    public void failed(Exchange exchange, @Variable("listing") Listing listing) {
        failed(listing, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }

    /** The message is at its end; where nobody has ended the list, it failed. */
    public void leftOver(Listing listing, Throwable thrown) {
        if (!listing.isOver() && !leases.isDraining()) {
            failed(listing, thrown == null ? new IllegalStateException("the route read no list") : thrown);
        }
    }

    private void failed(Listing listing, Throwable thrown) {
        Instant now = clock.instant();
        CallFailure failure = CallFailure.of(thrown, now);
        if (TenantPaused.isCauseOf(thrown)) {
            listing.read(null);
            release(
                    listing,
                    now.plus(failure.retryAfter().orElseThrow()),
                    listing.row().failures(),
                    false);
            return;
        }
        int failures = listing.row().failures() + 1;
        String why = failure.status() == 404
                ? "404: the tenant has no such list. Check the project's id, and trainwatch.tenant." + listing.tenant()
                        + ".path-prefix."
                : failure.message();
        faults.warn(
                "listing jobs of " + listing.tenant() + " (" + failure.kind().text() + ")",
                listing.row().id(),
                "the jobs of " + listing.row().id() + " cannot be listed, and are asked about one by one: " + why);
        // What is no answer may be one in a moment; a clear one changes little.
        Duration first = failure.kind().isDefinite() ? options.interval() : FIRST_BACKOFF;
        Duration wait = Backoff.atLeast(failure.retryAfter(), new Backoff(first, LONGEST_BACKOFF).after(failures));
        store.transaction(handle -> {
            pauses.afterLook(handle, listing.tenant(), failure, now);
            return null;
        });
        listing.read(null);
        release(listing, now.plus(wait), failures, false);
    }

    private void release(Listing listing, Instant next, int failures, boolean whole) {
        Instant now = clock.instant();
        Project row = listing.row();
        boolean surveyed = row.surveyed() || whole && listing.row().discover();
        Instant nextProbe = listing.isProbed() ? now.plus(BETWEEN_PROBES) : row.nextProbeAt();
        store.transaction(handle -> {
            if (whole && !listing.isStale() && listing.unseen().size() <= listing.pages()) {
                listedJobs.lookAtUnseen(handle, listing, now);
            }
            return handle.createUpdate(store.sql(ProjectLists.class, "release"))
                    .bind("id", row.id())
                    .bind("fence", row.fence())
                    .bind("node", leases.node())
                    .bind("nextListAt", next.toEpochMilli())
                    .bind("failures", failures)
                    .bind("surveyed", surveyed ? 1 : 0)
                    .bind("nextProbeAt", nextProbe.toEpochMilli())
                    .execute();
        });
        listing.markOver();
    }

    /** The look that a list has brought about. */
    public Look lookOf(@Body ListedLook listed) {
        return listed.look();
    }

    /** Whether the list tells enough of the job. */
    public boolean isTold(@Body ListedLook listed) {
        return listed.status() != null;
    }

    /** What the list tells. */
    public JobStatus statusOf(@Body ListedLook listed) {
        return listed.status();
    }

    /** Pages read since the start. */
    public long pages() {
        return pages.get();
    }
}
