package io.trainwatch.errors;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/**
 * Decides whether a failed call is repeated within the same look, and after which wait.
 *
 * <p>At most three tries, and only for what may pass: 5xx and the network; two after a 429 that says at once. The wait is what {@code Retry-After} asks for, else 0.5 s, doubled, with full jitter on its upper half. A wait of more than 10 s is not made here: the look
 * ends, and the store keeps the time of the next one.
 */
public final class RetryWithinLook implements Predicate {

    static final int MOST_TRIES = 3;
    private static final int MOST_THROTTLED_TRIES = 2;
    public static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);

    private final InstantSource clock;
    private final DoubleSupplier random;

    /** @param random numbers from 0 (inclusive) to 1 */
    public RetryWithinLook(InstantSource clock, DoubleSupplier random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public boolean matches(Exchange exchange) {
        CallFailure failure = failure(exchange);
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        int tries = switch (failure.kind()) {
            case UNAVAILABLE -> MOST_TRIES;
            // A wait that is asked for is one of the whole tenant, which the store keeps.
            case THROTTLED -> failure.retryAfter().filter(Duration::isZero).isPresent() ? MOST_THROTTLED_TRIES : 1;
            default -> 1;
        };
        return retry(exchange) < tries && asked.compareTo(LONGEST_WAIT) <= 0;
    }

    /** Sets the header that Camel takes the next wait from. */
    void setDelay(Exchange exchange) {
        Duration backoff = FIRST_WAIT.multipliedBy(1L << retry(exchange) - 1);
        Duration wait = failure(exchange)
                .retryAfter()
                .filter(asked -> !asked.isZero())
                .orElseGet(() -> Duration.ofMillis((long) (backoff.toMillis() * (0.5 + 0.5 * random.getAsDouble()))));
        exchange.getIn().setHeader(Exchange.REDELIVERY_DELAY, wait.toMillis());
    }

    /** The number of the retry that is decided on: Camel counts it before it asks. */
    private static int retry(Exchange exchange) {
        return exchange.getIn().getHeader(Exchange.REDELIVERY_COUNTER, 1, Integer.class);
    }

    private CallFailure failure(Exchange exchange) {
        Throwable thrown = exchange.getException() != null
                ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return CallFailure.of(thrown, clock.instant());
    }
}
