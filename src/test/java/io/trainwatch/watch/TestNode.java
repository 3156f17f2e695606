package io.trainwatch.watch;

import static org.awaitility.Awaitility.await;

import io.trainwatch.audit.AuditOptions.StatusChecks;
import io.trainwatch.audit.Journal;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.history.History;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.Policies;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.StagnationRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import io.trainwatch.rules.Window;
import io.trainwatch.store.Store;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.Events;
import io.trainwatch.webhook.Outbox;
import io.trainwatch.webhook.WebhookTarget;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** One node that watches jobs: does with an answer of the tenant what the routes do with it, without them. */
final class TestNode implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofSeconds(15);
    static final Duration LEASE = Duration.ofSeconds(30);
    static final Duration LONGEST_LOOK = LEASE.multipliedBy(4);
    static final Duration UNREACHABLE_AFTER = Duration.ofMinutes(10);
    static final Duration CONFIRM_AFTER = Duration.ofMinutes(1);
    static final Duration CANCEL_DEADLINE = Duration.ofMinutes(5);
    static final Duration MAX_STAGNATION = Duration.ofMinutes(5);
    /** A test that looks often would wait long for others to share its commits. */
    private static final Duration SOON = Duration.ofMillis(1);

    static final Instant STARTED_AT = Instant.parse("2026-03-01T11:00:00Z");

    private static final CamelContext CONTEXT = new DefaultCamelContext();

    final Watch watch;
    final Outbox outbox;
    final Journal journal;
    /** Ids of the jobs for which a DELETE was sent, in order. */
    final List<String> deletes = new ArrayList<>();

    /** Stands before cancels; open unless a test closes it. */
    final BarrierForTests gate = new BarrierForTests();

    private final Store store;

    /** How a node is set up; what a test does not say is as a user would have it. */
    record Setup(
            int workers,
            boolean autoCancel,
            StatusChecks checks,
            Map<String, Double> requestsPerSecond,
            DoubleSupplier random,
            int cancelsPerHour) {

        static final Setup USUAL = new Setup(1_000, true, StatusChecks.CHANGES, Map.of(), () -> 0.5, Integer.MAX_VALUE);

        Setup workers(int most) {
            return new Setup(most, autoCancel, checks, requestsPerSecond, random, cancelsPerHour);
        }

        Setup autoCancel(boolean on) {
            return new Setup(workers, on, checks, requestsPerSecond, random, cancelsPerHour);
        }

        Setup checks(StatusChecks which) {
            return new Setup(workers, autoCancel, which, requestsPerSecond, random, cancelsPerHour);
        }

        Setup requestsPerSecond(Map<String, Double> rates) {
            return new Setup(workers, autoCancel, checks, rates, random, cancelsPerHour);
        }

        Setup cancelsPerHour(int most) {
            return new Setup(workers, autoCancel, checks, requestsPerSecond, random, most);
        }

        Setup random(DoubleSupplier numbers) {
            return new Setup(workers, autoCancel, checks, requestsPerSecond, numbers, cancelsPerHour);
        }
    }

    TestNode(Store store, String name, Setup setup, InstantSource clock) {
        this(store, name, setup, policy(setup.autoCancel()), SOON, clock);
    }

    /** @param longestWait how long a look that found nothing new waits to be committed with others */
    TestNode(Store store, String name, Setup setup, Policy policy, Duration longestWait, InstantSource clock) {
        this.store = store;
        this.journal = new Journal(store);
        WebhookTarget target = Events.target(
                "ci", URI.create("http://127.0.0.1/hook"), Optional.empty(), EnumSet.allOf(EventType.class));
        this.outbox =
                new Outbox(store, Map.of("ci", target), journal, name, LEASE, setup.workers(), setup.random(), clock);
        this.watch = new Watch(
                store,
                name,
                journal,
                gate,
                outbox,
                new History(store, true),
                new Policies(policy),
                new Watch.Options(
                        INTERVAL,
                        INTERVAL,
                        true,
                        tenant -> false,
                        LEASE,
                        LONGEST_LOOK,
                        setup.workers(),
                        UNREACHABLE_AFTER,
                        CONFIRM_AFTER,
                        CANCEL_DEADLINE,
                        setup.checks(),
                        setup.requestsPerSecond(),
                        tenant -> setup.cancelsPerHour()),
                longestWait,
                setup.random(),
                clock);
    }

    /** The tutorial's: a single look over a limit is a breach. */
    private static Policy policy(boolean autoCancel) {
        return new Policy(
                autoCancel,
                Policy.gapFor(INTERVAL),
                List.of(
                        new CpuRule(null, Level.CANCEL, 95, Window.SINGLE),
                        new MemoryRule(null, Level.CANCEL, 90, Window.SINGLE),
                        new StagnationRule(null, Level.CANCEL, MAX_STAGNATION, 0)));
    }

    static JobKey job(String id) {
        return new JobKey("acme", "bots", id);
    }

    static JobStatus queued(Look look) {
        return status(look, TrainingState.QUEUED, 0, 0);
    }

    static JobStatus running(Look look, double progress) {
        return status(look, TrainingState.RUNNING, progress, 50);
    }

    /** Uses more CPU than it may. */
    static JobStatus breaching(Look look, double progress) {
        return status(look, TrainingState.RUNNING, progress, 99);
    }

    static JobStatus ended(Look look, TrainingState how) {
        return status(look, how, how == TrainingState.COMPLETED ? 100 : 60, 0);
    }

    /** As a task that is being cancelled. */
    static JobStatus cancelling(Look look) {
        return status(look, TrainingState.RUNNING, 20, 50, true);
    }

    private static JobStatus status(Look look, TrainingState state, double progress, double cpu) {
        return status(look, state, progress, cpu, false);
    }

    private static JobStatus status(Look look, TrainingState state, double progress, double cpu, boolean cancelling) {
        return new JobStatus(
                look.key().job(),
                state,
                progress,
                List.of(),
                new ResourceUtilization(cpu, 40.0, null),
                state == TrainingState.QUEUED ? null : STARTED_AT,
                state.isTerminal() ? STARTED_AT.plusSeconds(7_200) : null,
                0,
                null,
                cancelling);
    }

    /** What the tenant says when it refuses. */
    static Exception answered(int status, Map<String, String> headers) {
        return new HttpOperationFailedException("http://tenant", status, "", null, headers, null);
    }

    List<Look> claim() {
        return watch.leases().claimDue();
    }

    /** The look at the only job that is due. */
    Look claimOne() {
        List<Look> looks = claim();
        if (looks.size() != 1) {
            throw new AssertionError("one job should be due, not " + looks.size());
        }
        return looks.get(0);
    }

    /**
     * Takes the look to its end with this status, as {@code trainwatch-check-job} does; sends a DELETE, to which no answer comes, where
     * one is wanted.
     *
     * @return the kind of the decision
     */
    String see(Look look, JobStatus status) {
        Decision decision = watch.outcomes().judge(look, status, null);
        act(look, decision);
        return decision.kind();
    }

    private void act(Look look, Decision decision) {
        if (decision instanceof Decision.Finished finished) {
            watch.outcomes().finish(look, finished);
        } else if (decision instanceof Decision.Confirmed confirmed) {
            watch.outcomes().confirmEnd(look, confirmed);
        } else if (decision instanceof Decision.Breached breached) {
            delete(look, watch.cancelIntents().commit(look, breached));
        } else if (decision instanceof Decision.CancelAgain again) {
            delete(look, watch.cancelIntents().commitAgain(look, again));
        } else if (decision instanceof Decision.Reversed reversed) {
            watch.outcomes().reportReversal(look, reversed);
        } else {
            watch.outcomes().keepWatching(look, (Decision.Running) decision);
        }
    }

    private void delete(Look look, boolean isWanted) {
        if (isWanted) {
            deletes.add(look.job().id());
        }
    }

    /** Waits until no look is under way any more: progress is committed a little later. */
    void settle() {
        await().pollInterval(Duration.ofMillis(5)).until(() -> watch.looks().count() == 0);
    }

    void fail(Look look, Exception thrown) {
        watch.failedLooks().record(exchange(thrown), look, "Bearer secret-token");
    }

    void failInvalid(Look look, Exception thrown, byte[] payload) {
        watch.failedLooks().recordInvalid(exchange(thrown), look, "Bearer secret-token", payload);
    }

    void cancelAccepted(Look look) {
        watch.cancels().accepted(look, 204);
    }

    void cancelFailed(Look look, Exception thrown) {
        watch.cancels().failed(exchange(thrown), look, "Bearer secret-token");
    }

    private static Exchange exchange(Exception thrown) {
        Exchange exchange = new DefaultExchange(CONTEXT);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, thrown);
        return exchange;
    }

    WatchedJob job(JobKey key) {
        return watch.list().find(List.of(key.toString())).get(0);
    }

    /** What the journal tells of the job, oldest first. */
    List<String> told(JobKey key) {
        return column("select action from journal where job_id = :job order by id", key.job());
    }

    /** The details of the journal's rows with this action. */
    List<String> details(JobKey key, String action) {
        return column(
                "select details from journal where action = '" + action + "' and job_id = :job order by id", key.job());
    }

    /** The types of the events of the job, oldest first. */
    List<String> events(JobKey key) {
        return column("select type from event where job = :job order by seq", key.toString());
    }

    /** The bodies of these events. */
    List<String> bodies(JobKey key) {
        return column("select body from event where job = :job order by seq", key.toString());
    }

    private List<String> column(String query, String job) {
        return store.read(handle ->
                handle.createQuery(query).bind("job", job).mapTo(String.class).list());
    }

    /** Adds jobs one by one, so that all are due at once; together they would be spread over time. */
    void addDueNow(Collection<JobKey> jobs) {
        jobs.forEach(job -> watch.list().add(List.of(job), "test"));
    }

    /** Ends it as a kill does, but for its threads: what is under way is lost. */
    @Override
    public void close() {
        watch.close();
    }
}
