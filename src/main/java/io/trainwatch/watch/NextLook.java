package io.trainwatch.watch;

import java.time.Instant;

/** When a job is looked at next, and why then. */
public record NextLook(Instant at, LookReason why) {}
