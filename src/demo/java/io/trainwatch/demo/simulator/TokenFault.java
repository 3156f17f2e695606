package io.trainwatch.demo.simulator;

/** What can go wrong at the token endpoint. Times come from {@link TenantOptions}. */
public enum TokenFault {
    /** 500, 502, 503 or 504, by the seed. */
    FAILS,
    /** 429 with {@code Retry-After} in whole seconds. */
    THROTTLED,
    /** 401 {@code invalid_client}, though the credentials are right. */
    REFUSED,
    /** The right answer, its body spread over {@code trickleFor}. */
    SLOW,
    /** The right answer, held back for {@code hangFor}. */
    HANG,
    /** The connection is reset instead of an answer. */
    RESET,
    /** 200 with a body that is HTML. */
    NONSENSE_BODY,
    /** 200 with a JSON object that has no {@code access_token}. */
    MISSING_ACCESS_TOKEN,
    /** A token that works, with an {@code expires_in} that is negative, zero, text, null or beyond any number type. */
    NONSENSE_EXPIRES_IN
}
