package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The life of one simulated job, told in advance.
 *
 * <p>Times are counted from the moment at which the job is added to its tenant. Start with {@link #of} and change what
 * matters: {@code JobScript.of("shop", "intents", Ending.FAILS).running(Duration.ofSeconds(5))}.
 *
 * @param project the project's id, {@code [A-Za-z0-9_-]{1,128}}
 * @param job the job's id, {@code [A-Za-z0-9_-]{1,128}}
 * @param ending what becomes of it
 * @param queued how long it is QUEUED first; 0 or more, default 0
 * @param running how long it runs until its own end; above 0, default 30 s
 * @param turnsAt the turning point of its ending as a fraction of {@code running}, and the progress it has by then;
 *     above 0 and below 1, default 0.6
 * @param sampleInterval time between two samples of each metric while it runs; at least 1 ms, default 5 s
 * @param cancelDelay time from an accepted cancel to its outcome; 0 or more, default 500 ms. Its own end wins where that
 *     comes sooner
 * @param cancelOutcome what a cancel leads to; default CANCELLED
 * @param noise how far CPU, memory and metrics stray, in percentage points; 0 to 10, default 3
 */
public record JobScript(
        String project,
        String job,
        Ending ending,
        Duration queued,
        Duration running,
        double turnsAt,
        Duration sampleInterval,
        Duration cancelDelay,
        CancelOutcome cancelOutcome,
        double noise) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    public JobScript {
        require(ID.matcher(project).matches(), "project", project);
        require(ID.matcher(job).matches(), "job", job);
        Objects.requireNonNull(ending, "ending");
        Objects.requireNonNull(cancelOutcome, "cancelOutcome");
        require(!queued.isNegative(), "queued", queued);
        require(running.toMillis() > 0, "running", running);
        require(turnsAt > 0 && turnsAt < 1, "turnsAt", turnsAt);
        require(sampleInterval.toMillis() > 0, "sampleInterval", sampleInterval);
        require(!cancelDelay.isNegative(), "cancelDelay", cancelDelay);
        require(noise >= 0 && noise <= 10, "noise", noise);
    }

    /** A script with the default times. */
    public static JobScript of(String project, String job, Ending ending) {
        return new JobScript(
                project,
                job,
                ending,
                Duration.ZERO,
                Duration.ofSeconds(30),
                0.6,
                Duration.ofSeconds(5),
                Duration.ofMillis(500),
                CancelOutcome.CANCELLED,
                3);
    }

    JobScript another(String value) {
        return new JobScript(
                project, value, ending, queued, running, turnsAt, sampleInterval, cancelDelay, cancelOutcome, noise);
    }

    JobScript ending(Ending value) {
        return new JobScript(
                project, job, value, queued, running, turnsAt, sampleInterval, cancelDelay, cancelOutcome, noise);
    }

    public JobScript queued(Duration time) {
        return new JobScript(
                project, job, ending, time, running, turnsAt, sampleInterval, cancelDelay, cancelOutcome, noise);
    }

    public JobScript running(Duration time) {
        return new JobScript(
                project, job, ending, queued, time, turnsAt, sampleInterval, cancelDelay, cancelOutcome, noise);
    }

    public JobScript turnsAt(double fraction) {
        return new JobScript(
                project, job, ending, queued, running, fraction, sampleInterval, cancelDelay, cancelOutcome, noise);
    }

    public JobScript sampledEvery(Duration interval) {
        return new JobScript(
                project, job, ending, queued, running, turnsAt, interval, cancelDelay, cancelOutcome, noise);
    }

    public JobScript cancelDelay(Duration delay) {
        return cancelled(cancelOutcome, delay);
    }

    /** What a cancel leads to, and how long that takes. */
    JobScript cancelled(CancelOutcome outcome, Duration delay) {
        return new JobScript(project, job, ending, queued, running, turnsAt, sampleInterval, delay, outcome, noise);
    }

    public JobScript ignoringCancel() {
        return cancelled(CancelOutcome.IGNORED, cancelDelay);
    }

    public JobScript noise(double points) {
        return new JobScript(
                project, job, ending, queued, running, turnsAt, sampleInterval, cancelDelay, cancelOutcome, points);
    }

    private static void require(boolean allowed, String name, Object value) {
        if (!allowed) {
            throw new IllegalArgumentException(name + " of a simulated job cannot be " + value);
        }
    }
}
