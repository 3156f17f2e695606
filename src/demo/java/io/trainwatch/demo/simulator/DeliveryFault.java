package io.trainwatch.demo.simulator;

/**
 * What can go wrong with a delivery. Make one with {@link #status} or {@link #throttled}, or take a constant. Times
 * come from {@link ReceiverOptions}.
 *
 * @param kind how it goes wrong
 * @param status the status answered; that of a delivery that goes well where the kind is not {@link Kind#STATUS}
 * @param retryAfterSeconds what {@code Retry-After} says; 0 for no such header
 */
public record DeliveryFault(Kind kind, int status, int retryAfterSeconds) {

    /** How a delivery goes wrong. */
    public enum Kind {
        STATUS,
        HANG,
        SLOW,
        RESET
    }

    /** The receiver takes the delivery but holds its answer back for {@code hangFor}. */
    public static final DeliveryFault HANG = new DeliveryFault(Kind.HANG, 204, 0);

    /** The receiver takes the delivery and answers 200 with a body that is spread over {@code trickleFor}. */
    public static final DeliveryFault SLOW = new DeliveryFault(Kind.SLOW, 200, 0);

    /** The connection is reset instead of an answer. */
    public static final DeliveryFault RESET = new DeliveryFault(Kind.RESET, 0, 0);

    /** Answers with this status, 200 to 599, whatever the signature. */
    public static DeliveryFault status(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("an answer cannot have the status " + status);
        }
        return new DeliveryFault(Kind.STATUS, status, 0);
    }

    /** Answers 429 with {@code Retry-After}. */
    public static DeliveryFault throttled(int retryAfterSeconds) {
        return new DeliveryFault(Kind.STATUS, 429, retryAfterSeconds);
    }
}
