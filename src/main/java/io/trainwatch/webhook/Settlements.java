package io.trainwatch.webhook;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.Backoff;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what became of attempts: to the delivery, to its target's breaker, and to the audit. */
record Settlements(
        Store store,
        DeliveryAudit audit,
        String node,
        RepeatedFaults faults,
        DoubleSupplier random,
        InstantSource clock) {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.webhooks");

    private static final String UPDATE = "update delivery set status = :status, attempts = :attempts,"
            + " next_attempt_at = :next, settled_at = :settled, last_error = :error, lease_owner = '', lease_until = 0"
            + " where event_seq = :seq and target = :target and fence = :fence and lease_owner = :node";

    /** An attempt and what became of it. */
    record Settled(Delivery delivery, DeliveryResult result) {
        String target() {
            return delivery.target().name();
        }
    }

    /** Commits all in one transaction. By target, so that two nodes lock the targets in the same order. */
    void commit(List<Settled> group) {
        List<Runnable> toTell = store.transaction(handle -> {
            List<Runnable> reports = new ArrayList<>();
            Map<String, List<Settled>> byTarget =
                    group.stream().collect(Collectors.groupingBy(Settled::target, TreeMap::new, Collectors.toList()));
            byTarget.values().forEach(settled -> settleFailures(handle, settled, reports));
            settleDelivered(handle, group, reports);
            return reports;
        });
        toTell.forEach(Runnable::run);
    }

    private static String deliveries(String target) {
        return "The delivery to " + target;
    }

    /** These first: where some got through and some did not, the target is not down. */
    private void settleFailures(Handle handle, List<Settled> ofOneTarget, List<Runnable> reports) {
        for (Settled settled : ofOneTarget) {
            if (!(settled.result() instanceof DeliveryResult.Delivered)) {
                settleFailure(handle, settled, reports);
            }
        }
    }

    /** One statement for all, since this is what happens most. */
    private void settleDelivered(Handle handle, List<Settled> group, List<Runnable> reports) {
        List<Settled> taken = group.stream()
                .filter(settled -> settled.result() instanceof DeliveryResult.Delivered)
                .sorted(Comparator.comparing(Settled::delivery, Delivery.ORDER))
                .toList();
        if (taken.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        PreparedBatch batch = handle.prepareBatch(UPDATE);
        taken.forEach(settled -> bind(
                        batch,
                        settled.delivery(),
                        "delivered",
                        settled.delivery().attempt(),
                        now,
                        null)
                .add());
        // The others were taken over by another node, or are replayed.
        List<Settled> ours = Claims.matched(batch, taken);
        audit.delivered(handle, ours, now);
        ours.stream()
                .map(Settled::target)
                .distinct()
                .forEach(target -> reports.add(() -> faults.works(deliveries(target))));
        Set<String> failing = TargetStates.failing(handle);
        ours.stream()
                .map(Settled::target)
                .distinct()
                .filter(failing::contains)
                .sorted()
                .forEach(target -> recover(handle, target, now));
    }

    private static void recover(Handle handle, String target, Instant now) {
        if (TargetStates.recovered(handle, target, now)) {
            TargetStates.makeDue(handle, target, now);
        }
    }

    private void settleFailure(Handle handle, Settled settled, List<Runnable> reports) {
        Instant now = clock.instant();
        Delivery delivery = settled.delivery();
        TargetState before = TargetStates.lock(handle, settled.target()).orElseThrow();
        TargetState after = before.afterFailure(settled.result(), delivery.probe(), now, random);
        if (fail(handle, settled, before, after, now, reports)) {
            TargetStates.save(handle, after);
            if (after.status() != before.status()) {
                changed(handle, delivery, after, now, reports);
            }
        }
    }

    /** False where the result comes from a node that does not own the delivery any more. */
    private boolean fail(
            Handle handle,
            Settled settled,
            TargetState before,
            TargetState after,
            Instant now,
            List<Runnable> reports) {
        Delivery delivery = settled.delivery();
        String reason = settled.result().reason();
        // What a disabled target refused is due once it is enabled, like the events that come meanwhile.
        boolean held = after.status() == TargetState.Status.DISABLED;
        Optional<Duration> wait = held ? Optional.empty() : wait(settled, before, after);
        if (wait.isEmpty() && !held) {
            if (!update(handle, delivery, "dead", delivery.attempt(), now, reason)) {
                return false;
            }
            audit.ended(handle, AuditAction.WEBHOOK_DEAD, delivery, now, reason);
            reports.add(() -> faults.warn(
                    "Getting events to " + settled.target(),
                    deliveries(settled.target()),
                    "event " + delivery.eventId() + " is dead after " + delivery.attempt() + " attempts: " + reason
                            + ". It is kept in the store."));
            return true;
        }
        // Of an open target that is known to take nothing, an attempt says nothing about the event.
        int counted = before.status() == TargetState.Status.CLOSED ? delivery.attempt() : delivery.attempt() - 1;
        Instant next = now.plus(wait.orElse(Duration.ZERO));
        if (!update(handle, delivery, "pending", counted, next, reason)) {
            return false;
        }
        putOffLaterOfJob(handle, delivery, next);
        audit.failed(handle, delivery, now, reason, wait);
        reports.add(() -> faults.warn(
                deliveries(settled.target()),
                deliveries(settled.target()),
                "event " + delivery.eventId() + " (attempt " + delivery.attempt() + "): " + reason + "; "
                        + wait.map(time -> "next attempt in " + time.toSeconds() + " s")
                                .orElse("it waits until the target is enabled")));
        return true;
    }

    /**
     * Later events of the job wait for this one anyway. While they counted as due, each claim had to pass over them: with a
     * backlog of 100,000 and one in 50 attempts failing, it took 30 ms.
     */
    private static void putOffLaterOfJob(Handle handle, Delivery delivery, Instant until) {
        handle.createUpdate("update delivery set next_attempt_at = :until where job = :job and target = :target"
                        + " and status = 'pending' and event_seq > :seq and next_attempt_at < :until")
                .bind("until", until.toEpochMilli())
                .bind("job", delivery.job())
                .bind("target", delivery.target().name())
                .bind("seq", delivery.eventSeq())
                .execute();
    }

    /** Empty where there is no further attempt. */
    private Optional<Duration> wait(Settled settled, TargetState before, TargetState after) {
        Optional<Duration> asked = settled.result().retryAfter();
        int next = settled.delivery().attempt() + 1;
        boolean targetsFault =
                before.status() != TargetState.Status.CLOSED || after.status() != TargetState.Status.CLOSED;
        return targetsFault
                ? Optional.of(DeliverySchedule.delayWithoutEnd(next, random, asked))
                : DeliverySchedule.delayBefore(next, random, asked);
    }

    private void changed(Handle handle, Delivery delivery, TargetState after, Instant now, List<Runnable> reports) {
        if (after.status() == TargetState.Status.DISABLED) {
            audit.ended(handle, AuditAction.WEBHOOK_DISABLED, delivery, now, after.reason());
            reports.add(() -> LOG.error(
                    "Target {} is disabled: {}. Its events wait in the store; when it is back, run: webhook enable {}",
                    after.name(),
                    after.reason(),
                    after.name()));
        } else {
            reports.add(() -> faults.warn(
                    "Target " + after.name(),
                    deliveries(after.name()),
                    "it takes nothing (" + after.failures()
                            + " attempts in a row failed); one event at a time tries it from now on"));
        }
    }

    private boolean update(Handle handle, Delivery delivery, String status, int attempts, Instant when, String error) {
        return bind(handle.createUpdate(UPDATE), delivery, status, attempts, when, error)
                        .execute()
                > 0;
    }

    private <S extends SqlStatement<S>> S bind(
            S statement, Delivery delivery, String status, int attempts, Instant when, String error) {
        boolean pending = "pending".equals(status);
        return statement
                .bind("status", status)
                .bind("attempts", attempts)
                .bind("next", pending ? when.toEpochMilli() : Store.NEVER)
                .bind("settled", pending ? null : (Long) when.toEpochMilli())
                .bind("error", error)
                .bind("seq", delivery.eventSeq())
                .bind("target", delivery.target().name())
                .bind("fence", delivery.fence())
                .bind("node", node);
    }

    /** When a delivery is tried again: the schedule that Svix publishes, each wait +-20 %. */
    static final class DeliverySchedule {

        private static final List<Duration> WAITS = List.of(
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
                Duration.ofMinutes(30),
                Duration.ofHours(2),
                Duration.ofHours(5),
                Duration.ofHours(10),
                Duration.ofHours(10));

        /** The longest wait that a target may ask for. */
        static final Duration MAX_ASKED = Duration.ofHours(24);

        private DeliverySchedule() {}

        /**
         * The wait before an attempt, counted from the one before it; empty where there is none any more.
         *
         * @param attempt from 1
         * @param random numbers from 0 (inclusive) to 1
         * @param retryAfter what the target asked for; lengthens the wait, to 24 h at most, and never shortens it
         */
        static Optional<Duration> delayBefore(int attempt, DoubleSupplier random, Optional<Duration> retryAfter) {
            return attempt > WAITS.size()
                    ? Optional.empty()
                    : Optional.of(delay(WAITS.get(attempt - 1), random, retryAfter));
        }

        /** As {@link #delayBefore}, but the last wait again and again: for a target that takes nothing at all. */
        static Duration delayWithoutEnd(int attempt, DoubleSupplier random, Optional<Duration> retryAfter) {
            return delay(WAITS.get(Math.min(attempt, WAITS.size()) - 1), random, retryAfter);
        }

        private static Duration delay(Duration wanted, DoubleSupplier random, Optional<Duration> retryAfter) {
            Optional<Duration> asked = retryAfter.map(time -> Backoff.atMost(MAX_ASKED, time));
            return Backoff.atLeast(asked, Backoff.jittered(wanted, random));
        }
    }
}
