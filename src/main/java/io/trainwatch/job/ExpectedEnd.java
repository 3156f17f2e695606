package io.trainwatch.job;

import java.time.Instant;

/** When a job will end, as a range that holds four ends of five; never one time, which nobody can know. */
public record ExpectedEnd(Instant from, Instant to) {}
