package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.trainwatch.optional.history.HistorySource.Chunk;
import io.trainwatch.rules.Judge;
import io.trainwatch.rules.Policy;
import java.io.IOException;
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
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();

    private final HistorySource source;
    private final Optional<Tried> tried;
    private final RecordedPolicies recorded = new RecordedPolicies();

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
            List<Future<TrialTally>> parts = workers.stream().map(pool::submit).toList();
            Dispatch dispatch = new Dispatch(workers, parts);
            source.read(recorded::add, dispatch::accept);
            workers.forEach(worker -> dispatch.put(worker, 0, END));
            List<TrialTally> results = new ArrayList<>();
            for (Future<TrialTally> part : parts) {
                results.add(result(part));
            }
            return TrialTally.sum(source.name(), results);
        } finally {
            pool.shutdownNow();
        }
    }

    private static TrialTally result(Future<TrialTally> part) {
        try {
            return part.get();
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
        private final List<Future<TrialTally>> parts;
        private int turn;
        private long number;

        Dispatch(List<Worker> workers, List<Future<TrialTally>> parts) {
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
            Future<TrialTally> part = parts.get(workers.indexOf(worker));
            try {
                while (!worker.queue.offer(new Numbered(chunkNumber, chunk), 100, TimeUnit.MILLISECONDS)) {
                    if (part.isDone()) {
                        result(part);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted", e);
            }
        }
    }

    /** Judges some of the jobs. */
    private final class Worker implements Callable<TrialTally> {

        private final BlockingQueue<Numbered> queue = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
        private final LookReader reader = new LookReader();
        private final Map<Policy, Judge> judges = new IdentityHashMap<>();
        private final TrialTally tally = new TrialTally();
        private JobTrial trial;
        private Judge judge;
        private long began;

        @Override
        public TrialTally call() throws InterruptedException {
            for (Numbered next = queue.take(); next.chunk() != END; next = queue.take()) {
                read(next);
            }
            end();
            return tally;
        }

        private void read(Numbered numbered) {
            Chunk chunk = numbered.chunk();
            try (JsonParser json = JSON.createParser(chunk.bytes(), 0, chunk.length())) {
                try {
                    while (json.nextToken() != null) {
                        RecordedLook look = reader.read(json);
                        if (look != null) {
                            see(look, numbered.number());
                        }
                    }
                } catch (JsonProcessingException | IllegalArgumentException | IllegalStateException e) {
                    throw HistoryUnreadable.in(source.name(), chunk, json, e);
                }
            } catch (IOException e) {
                throw new IllegalStateException("Bytes can be read", e);
            }
        }

        private void see(RecordedLook look, long chunk) {
            if (trial == null || !trial.isAbout(look)) {
                end();
                trial = new JobTrial(look.job(), look.epoch(), tried.orElse(null));
                began = chunk;
                judge = tried.flatMap(policies -> policies.policyOf(look.job(), recorded.policy(look.policy())))
                        .map(policy -> judges.computeIfAbsent(policy, Judge::of))
                        .orElse(null);
            }
            trial.see(look, judge == null ? recordedJudge(look) : judge);
        }

        private Judge recordedJudge(RecordedLook look) {
            return recorded.judge(look.policy())
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

    /** The policies that recorded looks were judged by, by their hash. Thread-safe. */
    private static final class RecordedPolicies {

        private final Map<String, Known> byHash = new ConcurrentHashMap<>();

        private record Known(Policy policy, Judge judge) {}

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

        Optional<Policy> policy(String hash) {
            return find(hash).map(Known::policy);
        }

        Optional<Judge> judge(String hash) {
            return find(hash).map(Known::judge);
        }

        private Optional<Known> find(String hash) {
            return hash == null ? Optional.empty() : Optional.ofNullable(byHash.get(hash));
        }
    }
}
