package io.trainwatch.watch;

import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.Observed;
import io.trainwatch.job.Pace;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the latest ends in each project teach about the next ones; read from the store at most once a minute for each
 * project. Thread-safe.
 */
final class EarlierEnds {

    private static final int MAX_ENDS = 50;
    private static final int MAX_PROJECTS = 10_000;
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    private final Store store;
    private final Map<String, Known> byProject = new ConcurrentHashMap<>();

    private record Known(EndForecast forecast, Instant readAt) {}

    EarlierEnds(Store store) {
        this.store = store;
    }

    /** When the job will end; empty where nobody can know. */
    Optional<ExpectedEnd> forecast(JobKey job, Observed observed, Instant now) {
        return observed.pace() == null ? Optional.empty() : known(job, now).of(observed, now);
    }

    private EndForecast known(JobKey job, Instant now) {
        if (byProject.size() > MAX_PROJECTS) {
            byProject.clear();
        }
        return byProject
                .compute(
                        job.tenant() + ":" + job.project(),
                        (project, known) -> known == null
                                        || Duration.between(known.readAt(), now)
                                                        .abs()
                                                        .compareTo(KNOWN_FOR)
                                                > 0
                                ? new Known(read(job), now)
                                : known)
                .forecast();
    }

    private EndForecast read(JobKey job) {
        List<EarlierSteps.Ended> ended = store.read(handle -> EarlierSteps.ended(handle, job, MAX_ENDS));
        return new EndForecast(ended.stream()
                .filter(one -> one.observed().pace() != null)
                .map(one -> new EndForecast.Ended(
                        one.observed().pace(), seconds(one.observed().pace(), one.at())))
                .toList());
    }

    private static double seconds(Pace pace, Instant end) {
        return Duration.between(pace.since(), end).toMillis() / 1000.0;
    }
}
