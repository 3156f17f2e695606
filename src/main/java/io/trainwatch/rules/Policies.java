package io.trainwatch.rules;

import io.trainwatch.job.JobKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which policy counts for which job: its own, or else the file with the most specific pattern, or else the file that is for
 * all, or else what the settings say.
 *
 * <p>A look asks it without reading a file or parsing anything: files are taken in by {@link PolicyFiles}, and a job's own
 * policy is parsed when this process first meets it. Thread-safe.
 */
public final class Policies {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.rules");
    /** Policies beside jobs that are remembered; more are parsed again now and then. */
    private static final int MAX_REMEMBERED = 10_000;

    private final Duration usualGap;
    private final boolean autoCancel;
    private final PolicyInForce ofSettings;
    private final Map<String, PolicyInForce> besideJobs = new ConcurrentHashMap<>();
    private volatile OfFiles files = new OfFiles(List.of(), null);

    /** @param interval the longest time between two looks */
    public Policies(PolicySettings settings, Duration interval) {
        this.usualGap = Policy.gapFor(interval);
        this.autoCancel = settings.autoCancel();
        this.ofSettings = inForce(WrittenPolicy.of(settings));
    }

    /** The same policy for all jobs that have none of their own. */
    public Policies(Policy policy) {
        this.usualGap = policy.gap();
        this.autoCancel = policy.autoCancel();
        this.ofSettings = inForce(WrittenPolicy.of(policy));
    }

    /** @param ownPolicy that which stands beside the job, or {@code null} */
    public PolicyInForce of(JobKey job, String ownPolicy) {
        if (ownPolicy != null) {
            PolicyInForce known = besideJobs.get(ownPolicy);
            return known == null ? remember(job, ownPolicy) : known;
        }
        OfFiles now = files;
        for (OfPattern entry : now.byPattern()) {
            if (entry.pattern().matches(job)) {
                return entry.policy();
            }
        }
        return now.forAll() == null ? ofSettings : now.forAll();
    }

    /** Puts these in place of those that were in force before. */
    void take(Collection<WrittenPolicy> written) {
        List<OfPattern> byPattern = new ArrayList<>();
        PolicyInForce forAll = null;
        for (WrittenPolicy policy : written) {
            PolicyInForce inForce = inForce(policy);
            policy.appliesTo().forEach(pattern -> byPattern.add(new OfPattern(pattern, inForce)));
            forAll = policy.forAll() ? inForce : forAll;
        }
        byPattern.sort(Comparator.comparing(OfPattern::pattern));
        files = new OfFiles(List.copyOf(byPattern), forAll);
    }

    private PolicyInForce remember(JobKey job, String ownPolicy) {
        PolicyInForce policy;
        try {
            policy = inForce(WrittenPolicy.besideJobs(ownPolicy));
        } catch (InvalidPolicy e) {
            // It was checked when it was taken, so another version of this program has taken it.
            LOG.warn(
                    "The policy of {} cannot be read, so it is judged by the usual one and not cancelled: {}",
                    job,
                    e.getMessage());
            policy = of(job, null).neverCancelling();
        }
        if (besideJobs.size() >= MAX_REMEMBERED) {
            besideJobs.clear();
        }
        besideJobs.put(ownPolicy, policy);
        return policy;
    }

    private PolicyInForce inForce(WrittenPolicy written) {
        return PolicyInForce.of(written, usualGap, autoCancel);
    }

    private record OfPattern(JobPattern pattern, PolicyInForce policy) {}

    /** @param byPattern the most specific first */
    private record OfFiles(List<OfPattern> byPattern, PolicyInForce forAll) {}
}
