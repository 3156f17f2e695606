package io.trainwatch.watch;

/** A look took longer than its lease, and another node has claimed the job since: its result is dropped. */
final class StaleLook extends RuntimeException {
    StaleLook(String job) {
        super("The lease on " + job + " has passed to another node; this look's result is dropped", null, false, false);
    }
}
