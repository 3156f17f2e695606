package io.trainwatch.optional.training;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.Journal;
import io.trainwatch.errors.Backoff;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.errors.Outage;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.job.TrainingRequest.ListedTraining;
import io.trainwatch.optional.training.TrainingOrder.Update;
import io.trainwatch.store.Store;
import io.trainwatch.watch.Watch;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the trainings that this process ordered, each once.
 *
 * <p>A request is written down before it is sent. While its answer is unknown (lost, or the process died) it is not
 * sent again before lists of the project's jobs, over some seconds, have told of no job that came of it. What waits,
 * waits in the store. Thread-safe.
 */
public final class Trainings {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.jobs");
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));
    private static final int CONFLICT = 409;
    /** Stands for the job in the audit where there is none yet. */
    private static final String NO_JOB = "-";

    private final Store store;
    private final Watch watch;
    private final Journal journal;
    private final Options options;
    private final InstantSource clock;
    private final TrainingOrders orders;
    /** The orders of this process that are not started yet. */
    private final Set<Long> pursued = ConcurrentHashMap.newKeySet();

    /**
     * @param node names this process
     * @param lease how long one try may take
     * @param giveUpAfter how long tries may meet no answer
     */
    public record Options(String node, Duration lease, Duration giveUpAfter) {}

    public Trainings(Store store, Watch watch, Journal journal, Options options, InstantSource clock) {
        this.store = store;
        this.watch = watch;
        this.journal = journal;
        this.options = options;
        this.clock = clock;
        this.orders = new TrainingOrders(store, clock);
    }

    public TrainingOrders orders() {
        return orders;
    }

    /** {@link TrainingOrders#order}, and sees to it that it is started and then watched. */
    public TrainingOrders.Taken order(TrainingRequest wanted, boolean anew) {
        TrainingOrders.Taken taken = orders.order(wanted, anew);
        TrainingOrder order = orders.find(List.of(taken.id())).get(0);
        if (order.status() == TrainingOrder.Status.STARTED) {
            watch.leases().selection().admit(order.job());
        } else {
            pursued.add(order.id());
        }
        return taken;
    }

    /** Starts nothing more; a request that is under way goes on. */
    public void drain() {
        pursued.clear();
    }

    /** Claims the orders of this process that are due, as many as the tenants' budgets allow. */
    public List<TrainingOrder> claimDue() {
        List<Long> ids = List.copyOf(pursued);
        if (ids.isEmpty() || !watch.leases().mayClaim()) {
            return List.of();
        }
        Instant now = clock.instant();
        List<Long> unreadable = new ArrayList<>();
        List<TrainingOrder> orders = store.transaction(handle -> {
            unreadable.clear();
            List<TrainingOrder> claimed = new ArrayList<>();
            handle
                    .createQuery(store.sql(Trainings.class, "claim-due"))
                    .bind("node", options.node())
                    .bind("now", now.toEpochMilli())
                    .bind("until", now.plus(options.lease()).toEpochMilli())
                    .bindList("ids", ids)
                    .map((row, context) -> readable(row, unreadable))
                    .stream()
                    .flatMap(Optional::stream)
                    .forEach(claimed::add);
            claimed.forEach(
                    order -> watch.budget().spend(handle, order.request().tenant(), 1, now));
            return claimed;
        });
        unreadable.forEach(this::setAside);
        return orders;
    }

    private static Optional<TrainingOrder> readable(ResultSet row, List<Long> unreadable) throws SQLException {
        try {
            return Optional.of(TrainingOrder.read(row));
        } catch (IllegalArgumentException | IllegalStateException e) {
            unreadable.add(row.getLong("id"));
            return Optional.empty();
        }
    }

    /** It is not claimed again by this process; the row stays as it is. */
    private void setAside(long order) {
        pursued.remove(order);
        watch.faults()
                .happened(
                        "reading orders of trainings from the store",
                        "order " + order + " is set aside: its row cannot be read by this version, so that it is not"
                                + " known whether the training was started. Look at the tenant's tasks.");
    }

    /**
     * Takes what the search for the flow's project found.
     *
     * @param project {@code null} where no project has it
     * @return the order, now with its project
     */
    public TrainingOrder placed(@Variable("order") TrainingOrder order, @Body String project) {
        if (project == null || project.isEmpty()) {
            throw new NoSuchFlow("404: no project of tenant " + order.request().tenant()
                    + " that the client is a member of" + " has the "
                    + order.request().subject() + ". Check its id, and the projects of the client.");
        }
        return order.in(project);
    }

    /** What is to be done, by what the latest jobs of the project tell. */
    public NextStep decide(@Variable("order") TrainingOrder order, @Body List<ListedTraining> listed) {
        return NextStep.of(order, listed);
    }

    /**
     * Commits and audits that a request is about to be sent.
     *
     * @return {@code true} where it is to be sent now, under the lease that this try holds
     */
    public boolean intend(@Variable("order") TrainingOrder order, @Variable("step") NextStep step) {
        Instant now = clock.instant();
        Update update = new Update(order, now).sending(step).keepLease(now.plus(options.lease()));
        return commit(update, handle -> {
            audit(
                    handle,
                    order,
                    NO_JOB,
                    AuditAction.TRAINING_ORDERED,
                    details(order).put("request", order.requests() + 1));
            watch.budget().spend(handle, order.request().tenant(), 1, now);
        });
    }

    /**
     * The tenant took the request.
     *
     * @param job the id in its answer; {@code null} where the answer cannot be read, so that a list has to tell
     */
    public void started(@Variable("order") TrainingOrder order, @Variable("step") NextStep step, @Body String job) {
        if (job == null || job.isEmpty()) {
            doubt(order, step, "The tenant's answer to the start of the training cannot be read.");
        } else {
            commitStarted(order, job, "answer");
        }
    }

    /** A list tells what came of an earlier request. */
    public void found(@Variable("order") TrainingOrder order, @Variable("step") NextStep step) {
        commitStarted(order, step.job(), "list");
    }

    /** A list does not tell yet what came of an earlier request. */
    public void later(@Variable("order") TrainingOrder order) {
        Instant now = clock.instant();
        commit(new Update(order, now).listed().nextTryAt(now.plus(BACKOFF.after(order.lists() + 1))));
    }

    /** Lists cannot tell what came of an earlier request. */
    public void unclear(@Variable("order") TrainingOrder order, @Variable("step") NextStep step) {
        giveUp(
                order,
                "The training of " + order.request().subject() + " may have been started or not: " + order.requests()
                        + (order.requests() == 1 ? " request" : " requests")
                        + " got no answer that could be read, and the tenant's tasks do not tell. Look at its tasks before"
                        + " starting another."
                        + (step.running().isEmpty() ? "" : " Running: " + String.join(", ", step.running()) + "."));
    }

    /** A question before the start got no answer, or one that says no. */
    public void failed(Exchange exchange, @Variable("order") TrainingOrder order) {
        CallFailure failure = CallFailure.of(thrown(exchange), clock.instant());
        if (isRefusal(failure.kind())) {
            giveUp(order, Refusal.ofQuestion(order.request(), failure));
        } else {
            tryLater(order, failure);
        }
    }

    /**
     * The request to start it got no answer, or one that says no. Does not throw: what is known of the order from before
     * the request must not be committed over it.
     */
    public void notStarted(Exchange exchange, @Variable("order") TrainingOrder order, @Variable("step") NextStep step) {
        try {
            commitNotStarted(order, step, thrown(exchange));
        } catch (RuntimeException e) {
            watch.faults().happened(starting(order), order.request().label(), e);
        }
    }

    private void commitNotStarted(TrainingOrder order, NextStep step, Throwable thrown) {
        CallFailure failure = CallFailure.of(thrown, clock.instant());
        boolean sent = failure.kind() != FailureKind.NO_TOKEN
                && failure.kind() != FailureKind.THROTTLED
                && !isConnectFailure(thrown);
        boolean inTheWay = failure.status() == CONFLICT && order.inDoubt();
        if (isRefusal(failure.kind()) && !inTheWay) {
            String doubt = order.inDoubt() ? "An earlier request may have started the training all the same. " : "";
            giveUp(order, doubt + Refusal.ofStart(order.request(), failure, thrown, step.running()));
        } else if (inTheWay || !sent) {
            // Of this request nothing came; an earlier one is as much in doubt as before.
            tryLater(order, failure);
        } else {
            doubt(order, step, failure.message());
        }
    }

    private static boolean isRefusal(FailureKind kind) {
        return kind.isDefinite() || kind == FailureKind.UNAUTHORISED || kind == FailureKind.REJECTED;
    }

    private static boolean isConnectFailure(Throwable thrown) {
        return Outage.causes(thrown)
                .anyMatch(cause -> cause instanceof ConnectException
                        || cause instanceof ConnectTimeoutException
                        || cause instanceof UnknownHostException
                        || cause instanceof NoRouteToHostException);
    }

    private void doubt(TrainingOrder order, NextStep step, String message) {
        Instant now = clock.instant();
        warn(order, message + " The tenant's tasks are searched for what came of it.");
        commit(new Update(order, now).sending(step).failed(message).nextTryAt(now.plus(BACKOFF.first())));
    }

    private void tryLater(TrainingOrder order, CallFailure failure) {
        Instant now = clock.instant();
        Update update = new Update(order, now).failed(failure.message());
        boolean throttled = failure.kind() == FailureKind.THROTTLED;
        if (!throttled && !update.failingSince().plus(options.giveUpAfter()).isAfter(now)) {
            String doubt = order.inDoubt()
                    ? "The training of " + order.request().subject() + " may have been started or not, since the tenant"
                            + " does not answer: "
                    : "The training of " + order.request().subject()
                            + " was not started, since the tenant does not answer: ";
            giveUp(order, doubt + failure.message());
            return;
        }
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        Instant next = now.plus(Backoff.atLeast(failure.retryAfter(), BACKOFF.after(update.failures())));
        warn(order, failure.message());
        commit(update.nextTryAt(next), handle -> {
            if (throttled && !asked.isZero()) {
                watch.pauses().pause(handle, order.request().tenant(), now, asked, failure);
            }
        });
    }

    private void giveUp(TrainingOrder order, String why) {
        commit(
                new Update(order, clock.instant()).givenUp(why),
                handle -> audit(
                        handle,
                        order,
                        NO_JOB,
                        AuditAction.TRAINING_GIVEN_UP,
                        details(order).put("message", why)));
        pursued.remove(order.id());
    }

    private void commitStarted(TrainingOrder order, String id, String toldBy) {
        Instant now = clock.instant();
        TrainingRequest request = order.request();
        JobKey job = new JobKey(request.tenant(), request.project(), id);
        boolean committed = commit(new Update(order, now).started(job.toString()), handle -> {
            audit(
                    handle,
                    order,
                    id,
                    AuditAction.TRAINING_STARTED,
                    details(order).put("told_by", toldBy));
            watch.list().add(handle, job, "training", now, now);
        });
        if (committed) {
            watch.leases().selection().admit(job.toString());
            pursued.remove(order.id());
            LOG.info("{} is the training of {}", job, request.subject());
            watch.faults().works(request.label());
        }
    }

    private void warn(TrainingOrder order, String words) {
        String label = order.request().label();
        watch.faults().warn(starting(order), label, label + ": " + words);
    }

    private static String starting(TrainingOrder order) {
        return "starting trainings at " + order.request().tenant();
    }

    private boolean commit(Update update) {
        return commit(update, handle -> {});
    }

    /**
     * @param besides what is committed with it
     * @return whether the order is still this process's
     */
    private boolean commit(Update update, Consumer<Handle> besides) {
        try {
            store.transaction(handle -> {
                update.commit(handle, store, options.node());
                besides.accept(handle);
                return null;
            });
            return true;
        } catch (Update.StaleTry e) {
            LOG.info("{}", e.getMessage());
            return false;
        }
    }

    private void audit(Handle handle, TrainingOrder order, String job, AuditAction action, ObjectNode details) {
        TrainingRequest request = order.request();
        String project = request.project() == null ? NO_JOB : request.project();
        journal.write(
                handle, new AuditEntry(clock.instant(), request.tenant(), project, job, action, details.toString()));
    }

    private static ObjectNode details(TrainingOrder order) {
        TrainingRequest request = order.request();
        return JsonNodeFactory.instance
                .objectNode()
                .put("order", order.id())
                .put("flow", request.flow())
                .put("locale", request.locale())
                .put("mode", request.mode());
    }

    private static Throwable thrown(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught == null ? new IllegalStateException("a try failed without an exception") : caught;
    }

    /** No project of the tenant that the client is a member of has the flow. */
    static final class NoSuchFlow extends RuntimeException implements Classified {
        NoSuchFlow(String message) {
            super(message, null, false, false);
        }

        @Override
        public FailureKind kind() {
            return FailureKind.NOT_FOUND;
        }
    }
}
