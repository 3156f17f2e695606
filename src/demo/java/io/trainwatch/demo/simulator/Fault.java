package io.trainwatch.demo.simulator;

/**
 * What can go wrong with a request that carries a valid token or API key, in either API.
 *
 * <p>Unless said otherwise the request has no effect. Times come from {@link TenantOptions}.
 */
public enum Fault implements ApiFault {
    /** 429 with {@code Retry-After} in whole seconds. */
    THROTTLE_SECONDS,
    /** 429 with {@code Retry-After} as an HTTP-date. */
    THROTTLE_DATE,
    /** 429 without {@code Retry-After}. */
    THROTTLE_BARE,
    /** 500, 502, 503 or 504, by the seed. */
    SERVER_ERROR,
    /** The connection is reset instead of an answer. */
    RESET,
    /** The request takes effect, then the connection is reset instead of an answer. */
    LOST_ANSWER,
    /** The request takes effect; the answer's body arrives in small pieces, spread over {@code trickleFor}. */
    SLOW_BODY,
    /** The request takes effect; its answer is held back for {@code hangFor} and is stale by then. */
    HANG,
    /** Every token of that API is revoked, and this request is the first to be answered 401. An API key stays good. */
    REVOKE_TOKENS,
    /**
     * An answer that no reader may trust, another {@link InvalidStatus} or {@link InvalidPage} each time; reads of a status
     * or task, and lists of tasks, only.
     */
    INVALID_STATUS,
    /** 302 to an address at which nothing listens. */
    REDIRECT,
    /** 403. */
    FORBIDDEN,
    /** 404. */
    NOT_FOUND,
    /** 409. */
    CONFLICT,
    /** A cancel is answered as if it were taken, and has no effect; cancels only. */
    IGNORE;

    @Override
    public boolean appliesTo(RequestKind kind) {
        if (this == IGNORE) {
            return kind.isCancel();
        }
        return this != INVALID_STATUS
                || kind == RequestKind.STATUS
                || kind == RequestKind.TASK
                || kind == RequestKind.TASK_LIST;
    }
}
