package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How a simulated tenant is set up. Start with {@link #defaults} and change what matters.
 *
 * @param port where it listens on 127.0.0.1; 0 (the default) for any that is free
 * @param tokenLife how long a token is good, in whole seconds; default 5 minutes
 * @param seed chooses the noise, the draws of the faults and the tokens; default 1
 * @param clock the time in which jobs and tokens live; delays of faults are real time whatever it says
 * @param retryAfter what a throttled caller is told to wait, rounded up to seconds; default 1 s
 * @param trickleFor how long a slow body takes; default 3 s
 * @param hangFor how long a hanging answer is held back; below 10 minutes, default 30 s
 * @param taskLimit how many requests its {@code tasks} API answers within {@link #LIMIT_WINDOW} before 429; default 1,000.
 *     0 for no limit
 */
public record TenantOptions(
        int port,
        Duration tokenLife,
        long seed,
        InstantSource clock,
        Duration retryAfter,
        Duration trickleFor,
        Duration hangFor,
        int taskLimit) {

    public static final Duration LIMIT_WINDOW = Duration.ofMinutes(5);

    /** The defaults named above. */
    public static TenantOptions defaults() {
        return new TenantOptions(
                0,
                Duration.ofMinutes(5),
                1,
                InstantSource.system(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                1_000);
    }

    /** The one client that gets tokens. */
    public String clientId() {
        return "trainwatch";
    }

    /** Its secret, with characters that must be URL-encoded in a form. */
    public String clientSecret() {
        return "simulated+secret/&=%";
    }

    /** What {@code X-API-Key} must be in the {@code tasks} API. */
    public String apiKey() {
        return "simulated-api-key";
    }

    public TenantOptions port(int value) {
        return new TenantOptions(value, tokenLife, seed, clock, retryAfter, trickleFor, hangFor, taskLimit);
    }

    public TenantOptions tokenLife(Duration value) {
        return new TenantOptions(port, value, seed, clock, retryAfter, trickleFor, hangFor, taskLimit);
    }

    public TenantOptions seed(long value) {
        return new TenantOptions(port, tokenLife, value, clock, retryAfter, trickleFor, hangFor, taskLimit);
    }

    public TenantOptions clock(InstantSource value) {
        return new TenantOptions(port, tokenLife, seed, value, retryAfter, trickleFor, hangFor, taskLimit);
    }

    public TenantOptions retryAfter(Duration value) {
        return new TenantOptions(port, tokenLife, seed, clock, value, trickleFor, hangFor, taskLimit);
    }

    public TenantOptions trickleFor(Duration value) {
        return new TenantOptions(port, tokenLife, seed, clock, retryAfter, value, hangFor, taskLimit);
    }

    public TenantOptions hangFor(Duration value) {
        return new TenantOptions(port, tokenLife, seed, clock, retryAfter, trickleFor, value, taskLimit);
    }

    public TenantOptions taskLimit(int requests) {
        return new TenantOptions(port, tokenLife, seed, clock, retryAfter, trickleFor, hangFor, requests);
    }
}
