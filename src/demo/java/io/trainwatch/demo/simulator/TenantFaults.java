package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The switches for what goes wrong at a tenant: everywhere, for one kind of request, for one job, at the token
 * endpoint.
 *
 * <p>The narrowest wins: a job's own fault before that of the kind of request, that before the tenant's. Only requests
 * with a valid token or API key meet a fault, except at the token endpoint, whose faults are its own. For any thread.
 */
public final class TenantFaults {

    private final long seed;
    private final FaultSwitch<ApiFault> everywhere;
    private final FaultSwitch<Fault> token;
    private final Map<RequestKind, FaultSwitch<ApiFault>> kinds = new ConcurrentHashMap<>();
    private final Map<String, FaultSwitch<ApiFault>> jobs = new ConcurrentHashMap<>();
    private final Map<String, FaultSwitch<ApiFault>> cancels = new ConcurrentHashMap<>();
    private volatile Duration clockAhead = Duration.ZERO;

    TenantFaults(long seed) {
        this.seed = seed;
        everywhere = new FaultSwitch<>(Chance.seed(seed, "everywhere"));
        token = new FaultSwitch<>(Chance.seed(seed, "token"));
    }

    /** Lets a share of all requests but those for tokens go wrong; see {@link FaultSwitch#inject}. */
    public TenantFaults inject(ApiFault fault, double probability) {
        everywhere.inject(fault, probability);
        return this;
    }

    /** Lets the next requests but those for tokens go wrong; see {@link FaultSwitch#injectNext}. */
    public TenantFaults injectNext(ApiFault fault, int requests) {
        everywhere.injectNext(fault, requests);
        return this;
    }

    /** The switch for one job, or for one task by its project's and its own id; it need not exist yet. */
    public FaultSwitch<ApiFault> forJob(String project, String job) {
        return jobs.computeIfAbsent(project + "/" + job, address -> new FaultSwitch<>(Chance.seed(seed, address)));
    }

    /** The switch for the cancels of one job or task, asked before the one for all its requests. */
    public FaultSwitch<ApiFault> forCancelsOf(String project, String job) {
        return cancels.computeIfAbsent(
                project + "/" + job, address -> new FaultSwitch<>(Chance.seed(seed, "cancel " + address)));
    }

    /**
     * The switch for one kind of request.
     *
     * @throws IllegalArgumentException for {@link RequestKind#TOKEN} and {@link RequestKind#OTHER}: see {@link
     * #forTokens}
     */
    public FaultSwitch<ApiFault> forRequests(RequestKind kind) {
        if (kind == RequestKind.TOKEN || kind == RequestKind.OTHER) {
            throw new IllegalArgumentException("there are no such faults for requests of kind " + kind);
        }
        return kinds.computeIfAbsent(kind, any -> new FaultSwitch<>(Chance.seed(seed, any.name())));
    }

    /** The switch for the token endpoint. */
    public FaultSwitch<Fault> forTokens() {
        return token;
    }

    /** Lets everything go well again, everywhere. */
    public void clear() {
        everywhere.clear();
        token.clear();
        kinds.values().forEach(FaultSwitch::clear);
        jobs.values().forEach(FaultSwitch::clear);
        cancels.values().forEach(FaultSwitch::clear);
    }

    /** How far its clock, as its answers tell it, is ahead of the real one; negative for behind. */
    public TenantFaults clockAhead(Duration ahead) {
        clockAhead = ahead;
        return this;
    }

    Duration clockAhead() {
        return clockAhead;
    }

    /**
     * The fault of one request.
     *
     * @param job the project and id of the job or task that it is about; {@code null} where it is about none
     * @param number the request's own number; the same request of another run has the same one
     */
    Optional<ApiFault> draw(RequestKind kind, String job, long number) {
        Predicate<ApiFault> applies = fault -> fault.appliesTo(kind);
        FaultSwitch<ApiFault> own = job == null ? null : jobs.get(job);
        return draw(kind.isCancel() && job != null ? cancels.get(job) : null, number, applies)
                .or(() -> draw(own, number, applies))
                .or(() -> draw(kinds.get(kind), number, applies))
                .or(() -> everywhere.draw(number, applies));
    }

    private static Optional<ApiFault> draw(FaultSwitch<ApiFault> from, long number, Predicate<ApiFault> applies) {
        return from == null ? Optional.empty() : from.draw(number, applies);
    }
}
