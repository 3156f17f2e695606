package io.trainwatch.demo.simulator;

import java.util.List;

/**
 * What a job looks like at any time: a pure function of the seed, the script and the milliseconds since its creation.
 *
 * <p>Immutable, for any thread. A job that breaks no limit stays between 2 and 85 percent of CPU and memory, well away
 * from the limits that a policy is likely to set.
 */
final class JobCurve {

    /** For "was never cancelled". */
    static final long NEVER = Long.MAX_VALUE;

    /** The metrics that a job reports; each sample holds one value of each. */
    static final List<String> METRICS = List.of("accuracy", "loss");

    private static final double CALM_MOST = 85;
    private static final double STRAY_MILLIS = 700;

    private final JobScript script;
    private final List<Phase> phases;
    private final long queued;
    private final long running;
    private final long cpuSeed;
    private final long memorySeed;
    private final long metricSeed;
    private final boolean reportsGpu;

    JobCurve(JobScript script, long seed) {
        this.script = script;
        queued = script.ending() == Ending.NEVER_STARTS
                ? NEVER / 2
                : script.queued().toMillis();
        running = script.running().toMillis();
        phases = phases(script.ending());
        long own = Chance.seed(seed, script.project() + "/" + script.job());
        cpuSeed = Chance.seed(own, "cpu");
        memorySeed = Chance.seed(own, "memory");
        metricSeed = Chance.seed(own, "metric");
        reportsGpu = Chance.at(own, 0) < 0.5;
    }

    /** From {@code start} on, in ms since the job was created, it is in this state. */
    private record Phase(long start, JobState state) {}

    private List<Phase> phases(Ending ending) {
        Phase waits = new Phase(0, JobState.QUEUED);
        Phase runs = new Phase(queued, JobState.RUNNING);
        long turn = queued + turn();
        Phase resumed = new Phase(turn + running / 10, JobState.RUNNING);
        // A turning point late in the run must not let the last phase begin before the one that it follows.
        Phase ended = new Phase(Math.max(queued + running, turn + running / 5), JobState.COMPLETED);
        long end = queued + running;
        return switch (ending) {
            case COMPLETES, BREACHES_CPU, BREACHES_MEMORY -> List.of(waits, runs, new Phase(end, JobState.COMPLETED));
            case FAILS -> List.of(waits, runs, new Phase(end, JobState.FAILED));
            case CANCELLED_BY_OTHERS -> List.of(waits, runs, new Phase(end, JobState.CANCELLED));
            case STALLS, NEVER_ENDS -> List.of(waits, runs);
            case NEVER_STARTS -> List.of(waits);
            case REVERSES -> List.of(waits, runs, new Phase(turn, JobState.QUEUED), resumed, ended);
            case REOPENS -> List.of(waits, runs, new Phase(turn, JobState.COMPLETED), resumed, ended);
        };
    }

    private long turn() {
        return Math.round(running * script.turnsAt());
    }

    /**
     * The job at one moment.
     *
     * @param elapsed ms since the job was created; 0 or more
     * @param cancelledAt ms since it was created at which a cancel takes effect, or {@link #NEVER}
     */
    Look at(long elapsed, long cancelledAt) {
        if (elapsed < cancelledAt) {
            return look(phaseAt(elapsed), elapsed);
        }
        // Its own end wins the race; from then on a cancelled job leads its own life no longer.
        Phase then = phaseAt(cancelledAt);
        JobState outcome = script.cancelOutcome().state();
        return look(then.state().isTerminal() ? then : new Phase(cancelledAt, outcome), elapsed);
    }

    private Phase phaseAt(long elapsed) {
        Phase found = phases.get(0);
        for (Phase phase : phases) {
            if (phase.start() <= elapsed) {
                found = phase;
            }
        }
        return found;
    }

    private Look look(Phase phase, long elapsed) {
        JobState state = phase.state();
        long until = state.isTerminal() ? phase.start() : elapsed;
        long worked = Math.max(0, until - queued);
        boolean busy = state == JobState.RUNNING;
        return new Look(
                state,
                percent(100 * done(state, worked)),
                percent(busy ? cpu(worked) : idle(cpuSeed, elapsed)),
                percent(busy ? memory(worked) : idle(memorySeed, elapsed)),
                busy && reportsGpu ? percent(memory(worked) * 0.8) : Double.NaN,
                until >= queued && state != JobState.QUEUED ? queued : NEVER,
                state.isTerminal() ? phase.start() : NEVER,
                phase.start(),
                Math.toIntExact(worked / script.sampleInterval().toMillis()));
    }

    /** The share of the work that is done. */
    private double done(JobState state, long worked) {
        if (state == JobState.COMPLETED || state == JobState.QUEUED) {
            return state == JobState.COMPLETED ? 1 : 0;
        }
        double share = pace() * Math.min(1, worked / (double) running);
        return switch (script.ending()) {
            case COMPLETES, BREACHES_CPU, BREACHES_MEMORY, REVERSES, REOPENS -> Math.min(0.999, share);
            case STALLS -> Math.min(share, script.turnsAt());
            case FAILS, CANCELLED_BY_OTHERS, NEVER_STARTS, NEVER_ENDS -> share;
        };
    }

    /** How far it gets in its running time. */
    private double pace() {
        return switch (script.ending()) {
            case FAILS, CANCELLED_BY_OTHERS -> script.turnsAt();
            case NEVER_ENDS -> 0.99;
            default -> 1;
        };
    }

    /** When that share of the work is done, in ms since the job was created. */
    long reachedAt(double share) {
        return queued + Math.round(running * share / pace());
    }

    private double cpu(long worked) {
        return load(cpuSeed, worked, script.ending() == Ending.BREACHES_CPU && worked >= turn() ? 96 : 0);
    }

    private double memory(long worked) {
        return load(memorySeed, worked, script.ending() == Ending.BREACHES_MEMORY && worked >= turn() ? 92 : 0);
    }

    private double load(long seed, long worked, double floor) {
        double stray = Chance.smoothAt(seed, worked / STRAY_MILLIS);
        if (floor > 0) {
            return floor + stray * (100 - floor);
        }
        double usual = 40 + 25 * Chance.at(seed, -1) + 8 * Math.sin(worked / 5_000.0);
        return Math.max(2, Math.min(CALM_MOST, usual + (stray * 2 - 1) * script.noise()));
    }

    private static double idle(long seed, long elapsed) {
        return 2 * Chance.smoothAt(seed, elapsed / STRAY_MILLIS);
    }

    /** When sample {@code index} was taken, in ms since the job was created. */
    long sampledAt(int index) {
        return queued + (index + 1L) * script.sampleInterval().toMillis();
    }

    /** The value of a metric, an index into {@link #METRICS}, in sample {@code index}; percent, two decimals. */
    double sample(int metric, int index) {
        double share = Math.min(1, (index + 1.0) * script.sampleInterval().toMillis() / running);
        double learned = 1 - Math.exp(-3 * share);
        double usual = metric == 0 ? 50 + 45 * learned : 80 - 70 * learned;
        double stray = (Chance.at(metricSeed, 2L * index + metric) * 2 - 1) * script.noise();
        return percent(Math.max(0, Math.min(100, usual + stray)));
    }

    // Two decimals, so that the truth and a reader of the JSON compute with the same numbers.
    private static double percent(double value) {
        return Math.round(value * 100) / 100.0;
    }

    /**
     * The job at one moment. Percentages have two decimals; times are ms since the job was created, {@link #NEVER} where
     * there is none.
     *
     * @param gpu percent, {@link Double#NaN} where the job reports none
     * @param endedAt when it reached the terminal state in which it is
     * @param since when its state changed last
     * @param samples how many samples of each metric were taken so far
     */
    record Look(
            JobState state,
            double progress,
            double cpu,
            double memory,
            double gpu,
            long startedAt,
            long endedAt,
            long since,
            int samples) {

        /** The same, and a cancel is under way. */
        Look cancelling(long cancelledAt) {
            return new Look(JobState.CANCELLING, progress, cpu, memory, gpu, startedAt, endedAt, cancelledAt, samples);
        }
    }
}
