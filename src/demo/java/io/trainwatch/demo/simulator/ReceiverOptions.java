package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How a webhook receiver is set up. Start with {@link #defaults} and change what matters.
 *
 * @param port where it listens on 127.0.0.1; 0 (the default) for any that is free
 * @param secret {@code whsec_} and Base64: what deliveries must be signed with
 * @param seed chooses the draws of the faults; default 1
 * @param clock against which the age of a delivery is measured
 * @param kept how many of the latest deliveries are kept, 0 for counts alone; default 100,000
 * @param hangFor how long a hanging answer is held back; below 10 minutes, default 30 s
 */
public record ReceiverOptions(int port, String secret, long seed, InstantSource clock, int kept, Duration hangFor) {

    /** The defaults named above, with the secret that belongs to seed 1. */
    public static ReceiverOptions defaults() {
        return new ReceiverOptions(
                0, WebhookSignature.secretOf(1), 1, InstantSource.system(), 100_000, Duration.ofSeconds(30));
    }

    public ReceiverOptions port(int value) {
        return new ReceiverOptions(value, secret, seed, clock, kept, hangFor);
    }

    public ReceiverOptions secret(String value) {
        return new ReceiverOptions(port, value, seed, clock, kept, hangFor);
    }

    /** Changes the draws of the faults; the secret stays. */
    public ReceiverOptions seed(long value) {
        return new ReceiverOptions(port, secret, value, clock, kept, hangFor);
    }

    public ReceiverOptions clock(InstantSource value) {
        return new ReceiverOptions(port, secret, seed, value, kept, hangFor);
    }

    public ReceiverOptions kept(int deliveries) {
        return new ReceiverOptions(port, secret, seed, clock, deliveries, hangFor);
    }

    public ReceiverOptions hangFor(Duration value) {
        return new ReceiverOptions(port, secret, seed, clock, kept, value);
    }
}
