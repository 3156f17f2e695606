package io.trainwatch.optional.history;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Judge;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.store.Store;
import io.trainwatch.watch.ActionTaken;
import io.trainwatch.watch.Look;
import io.trainwatch.watch.LookRecorder.Recording;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Measures what the record of a look costs: the processor time of the thread that makes and writes it, and its bytes in the
 * SQLite file. Each status shows 50 samples, one of them new; 200 looks share a transaction. Run by
 * {@code src/bench/recording}.
 */
public final class RecordingBench {

    private static final int JOBS = 200;
    private static final int WARM_UP = 300;
    private static final int ROUNDS = 500;
    private static final int SAMPLES = 50;

    private RecordingBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("recording-bench");
        Policy policy = new Policy(true, null, List.of(new CpuRule(null, null, 95, null)));
        Judge judge = Judge.of(policy);
        Random random = new Random(1);
        long bytes = 0;
        long nanos = 0;
        Path file = folder.resolve("store.db");
        try (Store store = Store.open("jdbc:sqlite:" + file, null, null)) {
            History history = new History(store, true);
            Observed[] observed = new Observed[JOBS];
            java.util.Arrays.fill(observed, Observed.none());
            for (int round = 0; round < WARM_UP + ROUNDS; round++) {
                if (round == WARM_UP) {
                    bytes = size(store);
                    nanos = 0;
                }
                Instant at = Instant.EPOCH.plusSeconds(15L * round);
                List<Judged> seen = new ArrayList<>();
                for (int job = 0; job < JOBS; job++) {
                    JobStatus status = status(job, round, at, random);
                    JobKey key = new JobKey("acme", "web-shop", "5f0c7d1e2b3a49586776" + (1000 + job));
                    Look look = RecordedLooks.look(key, observed[job], round + 1L, at);
                    Observed after = observed[job].after(status.withoutMetrics(), at);
                    Decision decision = judge.judge(status, look.job().state(), after, at);
                    observed[job] = decision.observed();
                    seen.add(new Judged(look, decision));
                }
                nanos += record(store, history, seen);
            }
            bytes = size(store) - bytes;
        }
        System.out.printf(
                "one look: %.1f us of processor time, %.0f bytes in the file%n",
                nanos / 1000.0 / JOBS / ROUNDS, (double) bytes / JOBS / ROUNDS);
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
    }

    private record Judged(Look look, Decision decision) {}

    private static long record(Store store, History history, List<Judged> seen) {
        long[] nanos = {0};
        store.transaction(handle -> {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            List<Recording> recordings = seen.stream()
                    .map(each -> history.prepare(each.look(), each.decision(), ActionTaken.NONE)
                            .orElseThrow())
                    .toList();
            history.write(handle, recordings);
            history.committed(recordings);
            nanos[0] = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            return null;
        });
        return nanos[0];
    }

    private static JobStatus status(int job, int round, Instant at, Random random) {
        List<Metric> samples = new ArrayList<>(SAMPLES);
        for (int i = Math.max(0, round - SAMPLES + 1); i <= round; i++) {
            samples.add(new Metric(
                    Instant.EPOCH.plus(Duration.ofSeconds(15L * i)), "loss", 1.0 / (1 + i) + job * 1e-3, null));
        }
        return new JobStatus(
                "job",
                TrainingState.RUNNING,
                Math.rint(round * 10.0) / 100,
                samples,
                new ResourceUtilization(
                        Math.rint(random.nextDouble() * 9000) / 100, Math.rint(random.nextDouble() * 9000) / 100, null),
                Instant.EPOCH,
                null,
                0,
                null,
                false);
    }

    private static long size(Store store) {
        return store.read(handle -> handle.createQuery(
                        "select (page_count - freelist_count) * page_size from pragma_page_count(), pragma_freelist_count(),"
                                + " pragma_page_size()")
                .mapTo(Long.class)
                .one());
    }
}
