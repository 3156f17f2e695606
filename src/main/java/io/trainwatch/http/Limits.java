package io.trainwatch.http;

import java.time.Duration;

/**
 * The bounds of a call.
 *
 * @param connect time for a connection
 * @param answer time from then until the head is here, and from then to the last byte
 * @param maxBytes of a body, decompressed
 * @param connections that are open at once
 */
public record Limits(Duration connect, Duration answer, long maxBytes, int connections) {}
