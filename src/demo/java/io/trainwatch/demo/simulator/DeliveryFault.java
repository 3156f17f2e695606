package io.trainwatch.demo.simulator;

/**
 * What can go wrong with a delivery.
 *
 * @param status what is answered
 */
public record DeliveryFault(Answer.Manner manner, int status) {

    /** The receiver takes the delivery but holds its answer back for {@code hangFor} of {@link ReceiverOptions}. */
    public static final DeliveryFault HANG = new DeliveryFault(Answer.Manner.LATE, 204);

    /** Answers with this status, 200 to 599, whatever the signature. */
    public static DeliveryFault status(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("an answer cannot have the status " + status);
        }
        return new DeliveryFault(Answer.Manner.AT_ONCE, status);
    }

    Answer answer() {
        return Answer.empty(status).in(manner);
    }
}
