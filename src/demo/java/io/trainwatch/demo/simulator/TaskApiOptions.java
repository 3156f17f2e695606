package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.util.Set;

/**
 * How the {@code tasks} API of a simulated tenant behaves where the real one differs from place to place, or where no
 * public source says how it behaves. Start with {@link #defaults} and change what matters.
 *
 * @param apiKey what {@code X-API-Key} must be; default {@code simulated-api-key}
 * @param shortPageNames whether a page names its cursors {@code next} and {@code previous} instead of {@code nextCursor}
 *     and {@code previousCursor}; default {@code false}
 * @param filters whether {@code filter}, {@code name} and {@code status} narrow a list of tasks; default {@code false}:
 *     they are ignored
 * @param timestamps how times are spelled; default as published
 * @param codesAsText whether the {@code code} of an error is a string; default {@code false}
 * @param retention how long after its end a task is still known; default 7 days
 * @param cancelAnswer the status of an accepted cancel: 200 with an empty object, 202 or 204 without a body (the
 *     default)
 * @param limit how many requests are answered within {@code limitWindow} before 429; default 1,000. 0 for no limit
 * @param limitWindow default 5 minutes
 * @param limitTellsWhen whether such a 429 has a {@code Retry-After}; default {@code false}
 */
public record TaskApiOptions(
        String apiKey,
        boolean shortPageNames,
        boolean filters,
        Timestamps timestamps,
        boolean codesAsText,
        Duration retention,
        int cancelAnswer,
        int limit,
        Duration limitWindow,
        boolean limitTellsWhen) {

    public TaskApiOptions {
        if (!Set.of(200, 202, 204).contains(cancelAnswer) || limit < 0 || limitWindow.toMillis() <= 0) {
            throw new IllegalArgumentException("a simulated tenant cannot answer a cancel with " + cancelAnswer
                    + ", or allow " + limit + " requests in " + limitWindow);
        }
    }

    /** The defaults named above. */
    public static TaskApiOptions defaults() {
        return new TaskApiOptions(
                "simulated-api-key",
                false,
                false,
                Timestamps.PUBLISHED,
                false,
                Duration.ofDays(7),
                204,
                1_000,
                Duration.ofMinutes(5),
                false);
    }

    public TaskApiOptions apiKey(String value) {
        return new TaskApiOptions(
                value,
                shortPageNames,
                filters,
                timestamps,
                codesAsText,
                retention,
                cancelAnswer,
                limit,
                limitWindow,
                limitTellsWhen);
    }

    public TaskApiOptions withShortPageNames() {
        return new TaskApiOptions(
                apiKey,
                true,
                filters,
                timestamps,
                codesAsText,
                retention,
                cancelAnswer,
                limit,
                limitWindow,
                limitTellsWhen);
    }

    public TaskApiOptions withFilters() {
        return new TaskApiOptions(
                apiKey,
                shortPageNames,
                true,
                timestamps,
                codesAsText,
                retention,
                cancelAnswer,
                limit,
                limitWindow,
                limitTellsWhen);
    }

    public TaskApiOptions timestamps(Timestamps value) {
        return new TaskApiOptions(
                apiKey,
                shortPageNames,
                filters,
                value,
                codesAsText,
                retention,
                cancelAnswer,
                limit,
                limitWindow,
                limitTellsWhen);
    }

    public TaskApiOptions withCodesAsText() {
        return new TaskApiOptions(
                apiKey,
                shortPageNames,
                filters,
                timestamps,
                true,
                retention,
                cancelAnswer,
                limit,
                limitWindow,
                limitTellsWhen);
    }

    public TaskApiOptions retention(Duration value) {
        return new TaskApiOptions(
                apiKey,
                shortPageNames,
                filters,
                timestamps,
                codesAsText,
                value,
                cancelAnswer,
                limit,
                limitWindow,
                limitTellsWhen);
    }

    public TaskApiOptions cancelAnswer(int status) {
        return new TaskApiOptions(
                apiKey,
                shortPageNames,
                filters,
                timestamps,
                codesAsText,
                retention,
                status,
                limit,
                limitWindow,
                limitTellsWhen);
    }

    /** So many requests in so long, and whether the 429 after that says how long to wait. */
    public TaskApiOptions limit(int requests, Duration window, boolean tellsWhen) {
        return new TaskApiOptions(
                apiKey,
                shortPageNames,
                filters,
                timestamps,
                codesAsText,
                retention,
                cancelAnswer,
                requests,
                window,
                tellsWhen);
    }

    public TaskApiOptions unlimited() {
        return limit(0, limitWindow, limitTellsWhen);
    }
}
