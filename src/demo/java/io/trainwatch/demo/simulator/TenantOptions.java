package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How a simulated tenant is set up. Start with {@link #defaults} and change what matters.
 *
 * @param port where it listens on 127.0.0.1; 0 (the default) for any that is free
 * @param clientId the one client that gets tokens; default {@code trainwatch}
 * @param clientSecret its secret; the default holds characters that must be URL-encoded in a form
 * @param tokenLife how long a token is good, in whole seconds; default 5 minutes
 * @param seed chooses the noise, the draws of the faults and the tokens; default 1
 * @param clock the time in which jobs and tokens live; delays of faults are real time whatever it says
 * @param retryAfter what a throttled caller is told to wait, rounded up to seconds; default 1 s
 * @param trickleFor how long a slow body takes; default 3 s
 * @param hangFor how long a hanging answer is held back; below 10 minutes, default 30 s
 * @param tasks how its {@code tasks} API behaves
 */
public record TenantOptions(
        int port,
        String clientId,
        String clientSecret,
        Duration tokenLife,
        long seed,
        InstantSource clock,
        Duration retryAfter,
        Duration trickleFor,
        Duration hangFor,
        TaskApiOptions tasks) {

    /** The defaults named above. */
    public static TenantOptions defaults() {
        return new TenantOptions(
                0,
                "trainwatch",
                "simulated+secret/&=%",
                Duration.ofMinutes(5),
                1,
                InstantSource.system(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                TaskApiOptions.defaults());
    }

    public TenantOptions port(int value) {
        return new TenantOptions(
                value, clientId, clientSecret, tokenLife, seed, clock, retryAfter, trickleFor, hangFor, tasks);
    }

    public TenantOptions client(String id, String secret) {
        return new TenantOptions(port, id, secret, tokenLife, seed, clock, retryAfter, trickleFor, hangFor, tasks);
    }

    public TenantOptions tokenLife(Duration value) {
        return new TenantOptions(
                port, clientId, clientSecret, value, seed, clock, retryAfter, trickleFor, hangFor, tasks);
    }

    public TenantOptions seed(long value) {
        return new TenantOptions(
                port, clientId, clientSecret, tokenLife, value, clock, retryAfter, trickleFor, hangFor, tasks);
    }

    public TenantOptions clock(InstantSource value) {
        return new TenantOptions(
                port, clientId, clientSecret, tokenLife, seed, value, retryAfter, trickleFor, hangFor, tasks);
    }

    public TenantOptions retryAfter(Duration value) {
        return new TenantOptions(
                port, clientId, clientSecret, tokenLife, seed, clock, value, trickleFor, hangFor, tasks);
    }

    public TenantOptions trickleFor(Duration value) {
        return new TenantOptions(
                port, clientId, clientSecret, tokenLife, seed, clock, retryAfter, value, hangFor, tasks);
    }

    public TenantOptions hangFor(Duration value) {
        return new TenantOptions(
                port, clientId, clientSecret, tokenLife, seed, clock, retryAfter, trickleFor, value, tasks);
    }

    public TenantOptions tasks(TaskApiOptions value) {
        return new TenantOptions(
                port, clientId, clientSecret, tokenLife, seed, clock, retryAfter, trickleFor, hangFor, value);
    }
}
