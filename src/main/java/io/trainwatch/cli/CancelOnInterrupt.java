package io.trainwatch.cli;

import io.trainwatch.TrainwatchBeans;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cancels what a command watches because the command is interrupted. Runs while the process ends, so it takes a few
 * seconds at most: what could not be sent by then is in the store, and the next process that watches the job sends it.
 */
final class CancelOnInterrupt implements Runnable {

    /** Whoever interrupts a build usually kills it some ten seconds later. */
    private static final Duration LONGEST = Duration.ofSeconds(7);

    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final TrainwatchBeans beans;
    private final Watching watching;
    private final PrintWriter err;

    /** @param watching what is watched; not used by anyone else */
    CancelOnInterrupt(TrainwatchBeans beans, Watching watching, PrintWriter err) {
        this.beans = beans;
        this.watching = watching;
        this.err = err;
    }

    @Override
    public void run() {
        beans.trainings().drain();
        try {
            Set<String> ordered = new HashSet<>();
            long start = System.nanoTime();
            boolean sent = false;
            while (!sent && System.nanoTime() - start < LONGEST.toNanos()) {
                // Again and again, since a training that is being started becomes a job meanwhile.
                List<String> running = running();
                List<String> more = beans.orderedCancels()
                        .cancel(running, "interrupt", "the watch was interrupted with --cancel-on-interrupt");
                more.forEach(job -> say(job + ": being cancelled, since its watch was interrupted"));
                ordered.addAll(running);
                sent = isSent(ordered) && !watching.isStarting();
                Thread.sleep(LOOK_EVERY.toMillis());
            }
            watching.drain(LONGEST_DRAIN);
            if (!sent) {
                say("Not every cancel was answered in time. The order is in the store: watch the job again to have it"
                        + " carried out.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> running() {
        return watching.look().stream()
                .filter(row -> row.job() != null && !row.outcome().isEnd())
                .map(Watching.Row::id)
                .toList();
    }

    private boolean isSent(Set<String> jobs) {
        Set<String> open = watching.look().stream()
                .filter(row ->
                        row.job() != null && !row.outcome().isEnd() && row.job().cancelAttempts() == 0)
                .map(Watching.Row::id)
                .collect(Collectors.toSet());
        return jobs.stream().noneMatch(open::contains);
    }

    private void say(String line) {
        err.println(line);
        err.flush();
    }
}
