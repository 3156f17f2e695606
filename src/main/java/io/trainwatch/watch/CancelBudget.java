package io.trainwatch.watch;

import io.trainwatch.job.JobKey;
import io.trainwatch.rules.PolicyInForce;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how many jobs of a tenant are cancelled within any hour, so that a bad policy stops after so many. All nodes share
 * it through the store. A job whose cancel it withholds is judged again at each look, and cancelled once there is room.
 *
 * <p>Counts jobs, not DELETEs: one that is sent again costs nothing. Thread-safe.
 */
public final class CancelBudget {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.rules");
    private static final Duration HOUR = Duration.ofHours(1);

    private final ToIntFunction<String> mostOfTenant;

    /** @param mostOfTenant jobs of a tenant within an hour, 0 or more */
    CancelBudget(ToIntFunction<String> mostOfTenant) {
        this.mostOfTenant = mostOfTenant;
    }

    /** A budget that withholds cancels now. */
    public record Spent(String tenant, String reason, Instant freeAt) {}

    /**
     * Takes one cancel from the budgets of tenant and policy, in the transaction that decides on it.
     *
     * @return why there is none to take; empty where it was taken
     */
    Optional<String> take(Handle handle, JobKey job, PolicyInForce policy, Instant now) {
        lock(handle, job.tenant());
        forget(handle, job.tenant(), now);
        Optional<Refusal> refusal = refusal(handle, job.tenant(), "", mostOfTenant.applyAsInt(job.tenant()), now)
                .or(() -> refusalOfPolicy(handle, job.tenant(), policy, now));
        if (refusal.isPresent()) {
            withhold(handle, job.tenant(), refusal.get(), now);
            return refusal.map(Refusal::reason);
        }
        handle.createUpdate("insert into cancel_spent (tenant, policy, job, at) values (:tenant, :policy, :job, :at)")
                .bind("tenant", job.tenant())
                .bind("policy", policy.name())
                .bind("job", job.toString())
                .bind("at", now.toEpochMilli())
                .execute();
        return Optional.empty();
    }

    /** Those that are spent at the moment. */
    static List<Spent> spent(Store store, Instant now) {
        return store.read(handle -> handle.createQuery(
                        "select tenant, reason, free_at from cancel_budget where free_at > :now order by tenant")
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new Spent(
                        row.getString("tenant"), row.getString("reason"), Instant.ofEpochMilli(row.getLong("free_at"))))
                .list());
    }

    /** Others that cancel wait here for the end of this transaction, and count what it took. */
    private static void lock(Handle handle, String tenant) {
        handle.createUpdate("insert into cancel_budget (tenant) values (:tenant)"
                        + " on conflict (tenant) do update set tenant = excluded.tenant")
                .bind("tenant", tenant)
                .execute();
    }

    private static void forget(Handle handle, String tenant, Instant now) {
        handle.createUpdate("delete from cancel_spent where tenant = :tenant and at <= :longAgo")
                .bind("tenant", tenant)
                .bind("longAgo", now.minus(HOUR).toEpochMilli())
                .execute();
    }

    private static Optional<Refusal> refusalOfPolicy(Handle handle, String tenant, PolicyInForce policy, Instant now) {
        OptionalInt most = policy.maxCancelsPerHour();
        return most.isPresent() ? refusal(handle, tenant, policy.name(), most.getAsInt(), now) : Optional.empty();
    }

    /** @param policy empty for all of the tenant */
    private static Optional<Refusal> refusal(Handle handle, String tenant, String policy, int most, Instant now) {
        // Of the latest so many, the oldest has to be an hour old before there is room.
        Optional<Long> oldest = most == 0
                ? Optional.of(now.toEpochMilli())
                : handle.createQuery(
                                "select at from cancel_spent where tenant = :tenant and (:policy = '' or policy = :policy)"
                                        + " order by at desc, id desc limit 1 offset :before")
                        .bind("tenant", tenant)
                        .bind("policy", policy)
                        .bind("before", most - 1)
                        .mapTo(Long.class)
                        .findOne();
        return oldest.map(at -> new Refusal(
                (policy.isEmpty() ? "the budget of " + tenant : "the budget of policy " + policy + " for " + tenant)
                        + " is spent: at most " + most + " cancels an hour",
                Instant.ofEpochMilli(at).plus(HOUR)));
    }

    private static void withhold(Handle handle, String tenant, Refusal refusal, Instant now) {
        int isNews = handle.createUpdate("update cancel_budget set spent_at = :now, free_at = :freeAt, reason = :reason"
                        + " where tenant = :tenant and free_at <= :now")
                .bind("now", now.toEpochMilli())
                .bind("freeAt", refusal.freeAt().toEpochMilli())
                .bind("reason", refusal.reason())
                .bind("tenant", tenant)
                .execute();
        if (isNews > 0) {
            LOG.warn(
                    "Cancels are withheld until {}, since {}. See whether the policy is right;"
                            + " trainwatch.policy.max-cancels-per-hour sets the budget.",
                    refusal.freeAt(),
                    refusal.reason());
        }
    }

    /** @param freeAt when there is room again */
    private record Refusal(String reason, Instant freeAt) {}
}
