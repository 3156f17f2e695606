package io.trainwatch.watch;

import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.errors.RequestQuota;
import io.trainwatch.errors.TenantPaused;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.jdbi.v3.core.Handle;

/**
 * Tenants that are left alone for a while, by all nodes: they asked for it, or give no token.
 *
 * <p>Thread-safe. The pauses in a row are counted until a look at the tenant succeeds.
 */
public final class TenantPauses {

    private static final int THROTTLED = 429;

    /** A longer wait than this after a 503 is the tenant's, not only the job's. */
    private static final Duration MAX_PAUSE_OF_JOB = Duration.ofSeconds(10);

    private static final CallFailure USED_UP =
            new CallFailure(FailureKind.THROTTLED, "The tenant says that no request is left.", 429, Optional.empty());

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    /** What other nodes have written is known after this time. */
    private static final Duration KNOWN_FOR = Duration.ofMillis(20);
    /** A tenant tells its quota with each response; so often it is written down. */
    private static final Duration BETWEEN_QUOTAS = Duration.ofSeconds(1);

    private final Store store;
    private final RequestBudget budget;
    private final Schedule schedule;
    private final Duration longest;
    private final StoreClock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    /** When the latest look was claimed that the tenant answered. */
    private final Map<String, Instant> answeredSince = new ConcurrentHashMap<>();

    private final Map<String, Instant> quotaWritten = new ConcurrentHashMap<>();

    /**
     * @param until when the pause is over
     * @param readAt when the store was asked, by the steady clock
     */
    private record Known(Instant until, Instant readAt) {

        private static final Known NOTHING = new Known(Instant.EPOCH, Instant.MIN);
    }

    /** @param longest no pause is longer, whatever the tenant asks for: it must not keep silent what becomes of its jobs */
    TenantPauses(Store store, RequestBudget budget, Schedule schedule, Duration longest, InstantSource clock) {
        this.store = store;
        this.budget = budget;
        this.schedule = schedule;
        this.longest = longest;
        this.clock = StoreClock.of(clock);
    }

    /**
     * Lets a request pass unless its tenant is paused; what was claimed before the pause began is held back here.
     *
     * @throws TenantPaused where it is
     */
    public void check(Exchange exchange) {
        String tenant = tenantOf(exchange);
        Instant now = clock.instant();
        Instant until = until(tenant);
        if (until.isAfter(now) && !until.isAfter(now.plus(longest))) {
            throw new TenantPaused(tenant, until, Duration.between(now, until));
        }
    }

    private Instant until(String tenant) {
        Instant asked = clock.steady().instant();
        Known seen = known.getOrDefault(tenant, Known.NOTHING);
        if (!seen.readAt().isBefore(asked.minus(KNOWN_FOR))) {
            return seen.until();
        }
        Instant stored =
                Instant.ofEpochMilli(store.read(handle -> row(handle, tenant).until()));
        return known.merge(tenant, new Known(stored, asked), TenantPauses::later)
                .until();
    }

    private static Known later(Known known, Known read) {
        return new Known(known.until().isAfter(read.until()) ? known.until() : read.until(), read.readAt());
    }

    private static String tenantOf(Exchange exchange) {
        JobKey job = exchange.getVariable("job", JobKey.class);
        return job == null ? exchange.getVariable("tenant", String.class) : job.tenant();
    }

    /** Obeys what the response to a request says of further ones. */
    public void heedQuota(Exchange exchange) {
        Instant now = clock.instant();
        Optional<RequestQuota> quota =
                RequestQuota.of(name -> exchange.getMessage().getHeader(name, String.class), now);
        if (quota.isEmpty()) {
            return;
        }
        String tenant = tenantOf(exchange);
        boolean isUsedUp = quota.get().remaining() < 1;
        Instant asked = clock.steady().instant();
        Instant written = quotaWritten.getOrDefault(tenant, Instant.MIN);
        if (!isUsedUp && written.isAfter(asked.minus(BETWEEN_QUOTAS))) {
            return;
        }
        quotaWritten.put(tenant, asked);
        Instant reset = now.plus(quota.get().reset());
        if (isUsedUp && until(tenant).isBefore(reset)) {
            pauseAtOnce(tenant, now, quota.get().reset());
        }
        store.transaction(handle -> {
            if (isUsedUp) {
                pause(handle, tenant, now, quota.get().reset(), USED_UP);
            } else {
                budget.limit(handle, tenant, quota.get().perSecond(), reset);
            }
            return null;
        });
    }

    /** The failure may be written later than others begin to call: from now on none of this node does. */
    void foresee(WatchedJob job, CallFailure failure, Instant now) {
        if (asksForMore(failure) && !isOfJobAlone(job, failure)) {
            pauseAtOnce(job.key().tenant(), now, failure.retryAfter().get());
        }
    }

    /** Pauses as {@link #afterLook(Handle, String, CallFailure, Instant)} does, unless it is the job alone that is refused. */
    void afterLook(Handle handle, WatchedJob job, CallFailure failure, Instant now) {
        if (!isOfJobAlone(job, failure)) {
            afterLook(handle, job.key().tenant(), failure, now);
        }
    }

    /** Whether the tenant has answered for other jobs since the looks at this one began to fail. */
    private boolean isOfJobAlone(WatchedJob job, CallFailure failure) {
        return failure.status() == THROTTLED
                && job.failures() > 0
                && answeredSince.getOrDefault(job.key().tenant(), Instant.MIN).isAfter(job.failingSince());
    }

    private void pauseAtOnce(String tenant, Instant now, Duration asked) {
        Duration wait = asked.compareTo(longest) < 0 ? asked : longest;
        known.merge(tenant, new Known(now.plus(wait), clock.steady().instant()), TenantPauses::later);
    }

    /** Pauses where the other jobs of the tenant would meet the same as the look that failed like this. */
    public void afterLook(Handle handle, String tenant, CallFailure failure, Instant now) {
        if (asksForMore(failure)) {
            pause(handle, tenant, now, failure.retryAfter().get(), failure);
        } else if (failure.kind().isOfTenant()) {
            backOff(handle, tenant, now, failure);
        }
    }

    /** Pauses where looks would meet the same as the cancel that failed like this; a right to look is no right to cancel. */
    void afterCancel(Handle handle, String tenant, CallFailure failure, Instant now) {
        boolean answered = failure.status() != 0;
        if (!answered || asksForMore(failure)) {
            afterLook(handle, tenant, failure, now);
        }
    }

    private static boolean asksForMore(CallFailure failure) {
        // Without a status it was the token endpoint that asked, and all jobs of the tenant need a token.
        boolean mayBeOfTenant = failure.status() == 0 || failure.status() == 503;
        Duration longerThan = failure.status() == THROTTLED ? Duration.ZERO : MAX_PAUSE_OF_JOB;
        return (failure.status() == THROTTLED || mayBeOfTenant)
                && failure.retryAfter()
                        .filter(wait -> wait.compareTo(longerThan) > 0)
                        .isPresent();
    }

    /** Pauses for the time asked for, or as long as an earlier pause lasts. Looks that fail together are one pause. */
    public void pause(Handle handle, String tenant, Instant now, Duration asked, CallFailure failure) {
        write(handle, tenant, now, now.plus(asked.compareTo(longest) < 0 ? asked : longest), failure);
    }

    /** Pauses for 1 s, doubled with each pause in a row up to 1 min. Pauses once for all looks that fail together. */
    private void backOff(Handle handle, String tenant, Instant now, CallFailure failure) {
        Row row = row(handle, tenant);
        if (row.until() > now.toEpochMilli()) {
            return;
        }
        write(handle, tenant, now, now.plus(schedule.backoff(row.pauses() + 1, FIRST_PAUSE, MAX_PAUSE)), failure);
        // Once may be one job's own trouble; where nobody was answered since, it is the tenant's.
        if (failure.kind() == FailureKind.THROTTLED && row.pauses() > 0) {
            budget.halve(handle, tenant, now);
        }
    }

    /**
     * Says that the tenant answered.
     *
     * @param claimedAt when the look began that has the answer; it says nothing of a pause that was still to come
     */
    public void over(Handle handle, String tenant, Instant claimedAt) {
        answeredSince.put(tenant, claimedAt);
        handle.createUpdate("update tenant set pauses = 0, paused_until = 0, reason_kind = null, reason = null"
                        + " where alias = :tenant and pauses > 0 and paused_until <= :claimed")
                .bind("tenant", tenant)
                .bind("claimed", claimedAt.toEpochMilli())
                .execute();
    }

    /** Forgets the pauses in a row, and ends those that no tenant asked for. */
    static void forget(Handle handle, List<String> tenants) {
        handle.createUpdate("update tenant set pauses = 0,"
                        + " paused_until = case when reason_kind in (<kinds>) then 0 else paused_until end"
                        + " where alias in (<tenants>) and pauses > 0")
                .bindList("kinds", FailureKind.UNAUTHORISED.name(), FailureKind.NO_TOKEN.name())
                .bindList("tenants", tenants)
                .execute();
    }

    /** @param reason for people */
    public record Pause(Instant until, String reason) {}

    /** The pauses that last, by tenant. */
    public static Map<String, Pause> lasting(Handle handle, Instant now) {
        Map<String, Pause> pauses = new TreeMap<>();
        handle.createQuery("select alias, paused_until, reason from tenant where paused_until > :now")
                .bind("now", now.toEpochMilli())
                .map((row, context) -> pauses.put(
                        row.getString("alias"),
                        new Pause(Instant.ofEpochMilli(row.getLong("paused_until")), row.getString("reason"))))
                .list();
        return pauses;
    }

    /** The pauses that last, in words. */
    static List<String> inWords(Handle handle, Instant now) {
        return lasting(handle, now).entrySet().stream()
                .map(pause -> "Tenant " + pause.getKey() + " is left alone until "
                        + pause.getValue().until() + ": " + pause.getValue().reason())
                .toList();
    }

    private static void write(Handle handle, String tenant, Instant now, Instant until, CallFailure failure) {
        handle.createUpdate("insert into tenant (alias, paused_until, pauses, reason_kind, reason)"
                        + " values (:tenant, :until, 1, :kind, :reason)"
                        + " on conflict (alias) do update set"
                        + " paused_until = case when tenant.paused_until > :until then tenant.paused_until else :until end,"
                        + " pauses = tenant.pauses + case when tenant.paused_until > :now then 0 else 1 end,"
                        + " reason_kind = :kind, reason = :reason")
                .bind("tenant", tenant)
                .bind("now", now.toEpochMilli())
                .bind("until", until.toEpochMilli())
                .bind("kind", failure.kind().name())
                .bind("reason", failure.message())
                .execute();
    }

    private static Row row(Handle handle, String tenant) {
        return handle.createQuery("select paused_until, pauses from tenant where alias = :tenant")
                .bind("tenant", tenant)
                .map((row, context) -> new Row(row.getLong("paused_until"), row.getInt("pauses")))
                .findOne()
                .orElse(new Row(0, 0));
    }

    private record Row(long until, int pauses) {}
}
