package io.trainwatch.optional.training;

import io.trainwatch.job.TrainingRequest.ListedTraining;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What is to be done about an order, by what a list of the project's latest jobs tells.
 *
 * <p>Before the first request the list only tells what is there already. Where the answer to a request was lost, a job
 * that was not there before is what came of it; only where several lists tell of none is the request repeated.
 *
 * @param step {@code start}, {@code found}, {@code wait} or {@code unclear}
 * @param job the id of what was found
 * @param known jobs that were there before the first request
 * @param knownUntil when the latest of them was created, by the tenant's clock; {@code null} where it does not tell
 * @param running of the jobs of the list, those that have not ended
 */
public record NextStep(String step, String job, Set<String> known, Instant knownUntil, List<String> running) {

    /** Lists that tell of no new job before a request is taken for lost: a job may appear in them a little later. */
    static final int MOST_LISTS = 4;
    /** So many requests without an answer are enough. */
    static final int MOST_REQUESTS = 3;

    /** @param listed the jobs that may be the training, the latest first */
    static NextStep of(TrainingOrder order, List<ListedTraining> listed) {
        List<String> running = listed.stream()
                .filter(job -> !job.ended())
                .map(ListedTraining::jobId)
                .toList();
        if (!order.inDoubt()) {
            Set<String> known = new HashSet<>();
            listed.forEach(job -> known.add(job.jobId()));
            Instant until = listed.stream()
                    .map(ListedTraining::createdAt)
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .orElse(null);
            return new NextStep("start", null, known, until, running);
        }
        List<ListedTraining> fresh = new ArrayList<>(listed);
        fresh.removeIf(job -> isOld(order, job));
        List<ListedTraining> certain =
                fresh.stream().filter(ListedTraining::certain).toList();
        List<ListedTraining> candidates = certain.isEmpty() ? fresh : certain;
        if (candidates.size() == 1 || !certain.isEmpty()) {
            // Of several, the oldest: it came of the first request.
            return of("found", candidates.get(candidates.size() - 1).jobId(), order, running);
        }
        if (!candidates.isEmpty()) {
            return of("unclear", null, order, running);
        }
        if (order.lists() + 1 < MOST_LISTS) {
            return of("wait", null, order, running);
        }
        return of(order.requests() < MOST_REQUESTS ? "start" : "unclear", null, order, running);
    }

    private static NextStep of(String step, String job, TrainingOrder order, List<String> running) {
        return new NextStep(step, job, order.known(), order.knownUntil(), running);
    }

    private static boolean isOld(TrainingOrder order, ListedTraining job) {
        boolean wasCreatedBefore = job.createdAt() != null
                && order.knownUntil() != null
                && job.createdAt().isBefore(order.knownUntil());
        return order.known().contains(job.jobId()) || wasCreatedBefore;
    }
}
