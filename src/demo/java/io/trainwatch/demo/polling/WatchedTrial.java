package io.trainwatch.demo.polling;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.watch.LookReason;
import io.trainwatch.watch.Schedule;
import io.trainwatch.watch.Schedule.NextLook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** A simulated job that is looked at as the service looks at jobs. Not thread-safe. */
final class WatchedTrial {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SimulatedJob job;
    private final Schedule schedule;
    private Observed observed = Observed.none();
    private NextLook next;
    private int looks;
    private double delay;

    WatchedTrial(SimulatedJob job, Schedule schedule, double firstLook) {
        this.job = job;
        this.schedule = schedule;
        this.next = new NextLook(after(firstLook), LookReason.FIRST_LOOK);
    }

    static Instant after(double seconds) {
        return START.plusMillis((long) (seconds * 1000));
    }

    /** When the next look is due. */
    Instant due() {
        return next.at();
    }

    /** Takes a look; returns whether it found the job running. */
    boolean look(Instant now) {
        looks++;
        double seconds = Duration.between(START, now).toMillis() / 1000.0;
        if (seconds >= job.seconds()) {
            delay = seconds - job.seconds();
            return false;
        }
        JobStatus status = new JobStatus(
                "job",
                TrainingState.RUNNING,
                job.progress().applyAsDouble(seconds),
                List.of(),
                ResourceUtilization.UNKNOWN,
                null,
                null,
                0,
                null,
                false);
        observed = observed.after(status, now, next.why() == LookReason.NEAR_END);
        next = schedule.afterLook(now, observed, false);
        return true;
    }

    Observed observed() {
        return observed;
    }

    SimulatedJob job() {
        return job;
    }

    int looks() {
        return looks;
    }

    /** Seconds from the end to the look that found it. */
    double delay() {
        return delay;
    }

    /**
     * A job whose true progress and end are known.
     *
     * @param seconds from its start to its end
     * @param progress percent, by seconds from its start
     */
    record SimulatedJob(double seconds, DoubleUnaryOperator progress) {

        private static final double[] COARSE_STEPS = {4, 5, 10, 20};
        private static final double STALLED_SHARE = 0.05;
        private static final double DEVIATION = 0.25;
        private static final double CORRELATION = 0.15;
        private static final int PIECES = 400;

        /** How a job gets on. */
        enum Kind {
            LINEAR,
            /** Its rate wanders by +- 25 %, and is another after a seventh of its time. */
            DRIFTING,
            /** At 99 % for the last 5 % of its time. */
            STALLED,
            /** In even steps of 4, 5, 10 or 20 %. */
            COARSE,
            NO_PROGRESS
        }

        /** A job that takes a quarter to seven quarters of the mean, each length as likely; it tells whole percents or tenths. */
        static SimulatedJob of(Kind kind, double meanSeconds, Random random) {
            double seconds = meanSeconds * (0.25 + 1.5 * random.nextDouble());
            double told = random.nextBoolean() ? 1 : 0.1;
            DoubleUnaryOperator progress = switch (kind) {
                case LINEAR -> at -> 100 * at / seconds;
                case DRIFTING -> drifting(seconds, random);
                case STALLED -> at -> Math.min(99, 99 * at / (seconds * (1 - STALLED_SHARE)));
                case COARSE -> {
                    double step = COARSE_STEPS[random.nextInt(COARSE_STEPS.length)];
                    yield at -> Math.floor(100 * at / seconds / step) * step;
                }
                case NO_PROGRESS -> at -> 0;
            };
            return new SimulatedJob(seconds, at -> Math.floor(progress.applyAsDouble(at) / told + 1e-9) * told);
        }

        private static DoubleUnaryOperator drifting(double seconds, Random random) {
            double kept = Math.exp(-1 / (PIECES * CORRELATION));
            double[] done = new double[PIECES + 1];
            double logRate = DEVIATION * random.nextGaussian();
            for (int i = 1; i <= PIECES; i++) {
                done[i] = done[i - 1] + Math.exp(logRate);
                logRate = kept * logRate + DEVIATION * Math.sqrt(1 - kept * kept) * random.nextGaussian();
            }
            return at -> {
                double place = at / seconds * PIECES;
                int piece = (int) Math.min(place, PIECES - 1);
                return 100 * (done[piece] + (place - piece) * (done[piece + 1] - done[piece])) / done[PIECES];
            };
        }
    }
}
