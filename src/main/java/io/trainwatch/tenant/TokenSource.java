package io.trainwatch.tenant;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.Joined;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The access token of one tenant: one for all who call, fetched once however many ask at the same time.
 *
 * <p>A token is renewed at 80 % of its life, by the first caller who notices; the others go on with the old one. A token
 * that the tenant refused (401) is renewed once by force: callers whose refused token is no longer the current one just
 * get the current one. A token that was refused before any call succeeded with it is not renewed at once, since a new
 * one would fare no better: callers are refused until a growing pause (1 s, doubled up to 1 min) is over. The same pause
 * follows a failed fetch, so that a broken token endpoint sees one request a pause, and a longer one where it asks for it.
 *
 * <p>Thread-safe; callers block while the first token is fetched.
 */
final class TokenSource {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Supplier<Token> fetch;
    private final InstantSource clock;

    private Token current;
    private boolean proven;
    private CompletableFuture<Token> fetching;
    private RuntimeException lastFailure;
    private Duration pause = Duration.ZERO;
    private Instant pausedAt = Instant.MIN;
    private Instant pausedUntil = Instant.MIN;

    /**
     * @param fetch asks the token endpoint, once a call
     * @param clock gives the instants that life and pauses are measured with
     */
    TokenSource(Supplier<Token> fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    /**
     * A token that is believed to be valid.
     *
     * @throws TokenRefused where the credentials are refused
     * @throws TokenUnavailable where no token can be had now
     */
    Token token() {
        CompletableFuture<Token> answer;
        boolean mine = false;
        synchronized (this) {
            Instant now = clock.instant();
            boolean usable = current != null && !current.isExpired(now);
            if (usable && (now.isBefore(current.refreshAt()) || fetching != null || isPaused(now))) {
                return current;
            }
            if (fetching == null) {
                if (isPaused(now)) {
                    throw lastFailure;
                }
                fetching = new CompletableFuture<>();
                mine = true;
            }
            answer = fetching;
        }
        return mine ? fetchFor(answer) : Joined.result(answer);
    }

    /**
     * Says that the tenant refused the token.
     *
     * @return a token to try once more with
     * @throws TokenRefused where a fresh token was refused as well
     */
    Token renew(String refused) {
        synchronized (this) {
            boolean isCurrent = current != null && current.value().equals(refused);
            if (isCurrent && !proven) {
                pauseFor(new TokenRefused("The tenant refuses every token that it gives. Check the client's scopes and"
                        + " that token-url and base-url belong to the same tenant."));
                current = null;
                throw lastFailure;
            }
            if (isCurrent) {
                current = null;
            }
        }
        return token();
    }

    /** Says that a call with the token succeeded. */
    synchronized void accepted(String value) {
        if (current != null && current.value().equals(value)) {
            proven = true;
            pause = Duration.ZERO;
        }
    }

    private Token fetchFor(CompletableFuture<Token> answer) {
        try {
            Token fetched = fetch.get();
            synchronized (this) {
                current = fetched;
                proven = false;
                fetching = null;
                lastFailure = null;
                pausedUntil = Instant.MIN;
            }
            answer.complete(fetched);
            return fetched;
        } catch (RuntimeException e) {
            Token old;
            synchronized (this) {
                pauseFor(e);
                fetching = null;
                old = current != null && !current.isExpired(clock.instant()) ? current : null;
            }
            if (old != null) {
                answer.complete(old);
                return old;
            }
            answer.completeExceptionally(e);
            throw e;
        }
    }

    private void pauseFor(RuntimeException failure) {
        lastFailure = failure;
        pause = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        if (pause.compareTo(LONGEST_PAUSE) > 0) {
            pause = LONGEST_PAUSE;
        }
        Duration asked =
                failure instanceof Classified known ? known.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        pausedAt = clock.instant();
        pausedUntil = pausedAt.plus(asked.compareTo(pause) > 0 ? asked : pause);
    }

    /** A clock that is set back does not make a pause longer. */
    private boolean isPaused(Instant now) {
        return !now.isBefore(pausedAt) && now.isBefore(pausedUntil);
    }
}
