package io.trainwatch.demo.simulator;

import java.time.Duration;

/**
 * How the {@code tasks} API of a simulated tenant behaves. Start with {@link #defaults} and change what matters.
 *
 * @param apiKey what {@code X-API-Key} must be; default {@code simulated-api-key}
 * @param limit how many requests are answered within {@code limitWindow} before 429; default 1,000. 0 for no limit
 * @param limitWindow default 5 minutes
 */
public record TaskApiOptions(String apiKey, int limit, Duration limitWindow) {

    public TaskApiOptions {
        if (limit < 0 || limitWindow.toMillis() <= 0) {
            throw new IllegalArgumentException(
                    "a simulated tenant cannot allow " + limit + " requests in " + limitWindow);
        }
    }

    /** The defaults named above. */
    public static TaskApiOptions defaults() {
        return new TaskApiOptions("simulated-api-key", 1_000, Duration.ofMinutes(5));
    }

    public TaskApiOptions limit(int requests) {
        return new TaskApiOptions(apiKey, requests, limitWindow);
    }

    public TaskApiOptions unlimited() {
        return limit(0);
    }
}
