package io.trainwatch.optional.history;

import io.trainwatch.optional.history.HistorySource.Chunk;
import io.trainwatch.rules.Judge;
import io.trainwatch.rules.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Judges recorded looks again, and tells which jobs would have met something else. Reads the looks once and keeps none of
 * them; the looks of a job are judged by one thread, those of different jobs by as many as there are processors.
 */
public final class PolicyTrial {

    private static final int CHUNKS_AHEAD = 4;
    private static final Chunk END = new Chunk(new byte[0], 0, 0, false);
    private final HistorySource source;
    private final Optional<Tried> tried;
    private final RecordedPolicies recorded = new RecordedPolicies();
    private final TrialSummary.Tally tally = new TrialSummary.Tally();

    /** The policy that jobs are tried on. */
    @FunctionalInterface
    public interface Tried {

        /**
         * @param job its key
         * @param live the policy that its first look was judged by, where that is known
         * @return empty where the job is to be judged by the policies that it was judged by
         */
        Optional<Policy> policyOf(String job, Optional<Policy> live);

        /** Whether the policy keeps a job from being cancelled at this moment, though its rules say so. */
        default boolean withholds(String job, Instant at) {
            return false;
        }
    }

    private PolicyTrial(HistorySource source, Optional<Tried> tried) {
        this.source = source;
        this.tried = tried;
    }

    /**
     * What other policies would have done.
     *
     * @throws HistoryUnreadable where the source cannot be read
     */
    public static TrialSummary of(HistorySource source, Tried policies) {
        return new PolicyTrial(source, Optional.of(policies)).run();
    }

    /**
     * Judges each look by the policy that it was judged by: every decision must come out as it was recorded.
     *
     * @throws HistoryUnreadable where the source cannot be read
     */
    public static TrialSummary replay(HistorySource source) {
        return new PolicyTrial(source, Optional.empty()).run();
    }

    private TrialSummary run() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker());
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Void>> parts = workers.stream().map(pool::submit).toList();
            Dispatch dispatch = new Dispatch(workers, parts);
            source.read(recorded::add, dispatch::accept);
            workers.forEach(worker -> dispatch.put(worker, 0, END));
            parts.forEach(PolicyTrial::await);
            return tally.summary(source.name());
        } finally {
            pool.shutdownNow();
        }
    }

    private static void await(Future<Void> part) {
        try {
            part.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private record Numbered(long number, Chunk chunk) {}

    /** Hands chunks to workers in turn, but where a chunk goes on with a job, to the one that has it. */
    private static final class Dispatch {
        private final List<Worker> workers;
        private final List<Future<Void>> parts;
        private int turn;
        private long number;

        Dispatch(List<Worker> workers, List<Future<Void>> parts) {
            this.workers = workers;
            this.parts = parts;
        }

        void accept(Chunk chunk) {
            if (!chunk.continues()) {
                turn = (turn + 1) % workers.size();
            }
            put(workers.get(turn), number++, chunk);
        }

        void put(Worker worker, long chunkNumber, Chunk chunk) {
            // A worker ends before its time only by failing, and would then be waited for without end.
            Future<Void> part = parts.get(workers.indexOf(worker));
            try {
                while (!worker.queue.offer(new Numbered(chunkNumber, chunk), 100, TimeUnit.MILLISECONDS)) {
                    if (part.isDone()) {
                        await(part);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted", e);
            }
        }
    }

    /** Judges some of the jobs. */
    private final class Worker implements Callable<Void> {

        private final BlockingQueue<Numbered> queue = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
        private final LookReader reader = new LookReader();
        private final Map<Policy, Judge> judges = new IdentityHashMap<>();
        private JobTrial trial;
        private Judge judge;
        private long began;

        @Override
        public Void call() throws InterruptedException {
            for (Numbered next = queue.take(); next.chunk() != END; next = queue.take()) {
                long chunk = next.number();
                reader.read(source.name(), next.chunk(), look -> see(look, chunk));
            }
            end();
            return null;
        }

        private void see(RecordedLook look, long chunk) {
            if (trial == null || !trial.isAbout(look)) {
                end();
                trial = new JobTrial(look.job(), look.epoch(), tried.orElse(null));
                began = chunk;
                judge = tried.flatMap(policies -> policies.policyOf(
                                look.job(), recorded.find(look.policy()).map(Known::policy)))
                        .map(policy -> judges.computeIfAbsent(policy, Judge::of))
                        .orElse(null);
            }
            trial.see(look, judge == null ? recordedJudge(look) : judge);
        }

        private Judge recordedJudge(RecordedLook look) {
            return recorded.find(look.policy())
                    .map(Known::judge)
                    .orElseThrow(() -> new IllegalArgumentException("look " + look.number() + " of " + look.job()
                            + (look.policy() == null
                                    ? " names no policy that it was judged by: give one with --policy"
                                    : " was judged by policy " + look.policy() + ", which is not there")));
        }

        private void end() {
            if (trial != null) {
                tally.add(trial.finding(), began, judge != null);
                trial = null;
            }
        }
    }

    private record Known(Policy policy, Judge judge) {}

    /** The policies that recorded looks were judged by, by their hash. Thread-safe. */
    private static final class RecordedPolicies {

        private final Map<String, Known> byHash = new ConcurrentHashMap<>();

        /** @throws IllegalArgumentException where the text is no policy, or the policy of another hash */
        void add(String hash, String definition) {
            Policy policy = PolicyJson.read(definition);
            String actual = PolicyJson.hash(PolicyJson.write(policy));
            if (!actual.equals(hash)) {
                throw new IllegalArgumentException("the definition of policy " + hash + " is that of policy " + actual
                        + ": it was changed, or comes from another version of Trainwatch");
            }
            byHash.putIfAbsent(hash, new Known(policy, Judge.of(policy)));
        }

        Optional<Known> find(String hash) {
            return hash == null ? Optional.empty() : Optional.ofNullable(byHash.get(hash));
        }
    }
}
