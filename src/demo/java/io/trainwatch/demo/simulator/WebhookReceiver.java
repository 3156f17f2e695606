package io.trainwatch.demo.simulator;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/**
 * Receives webhooks on 127.0.0.1, checks their signatures, keeps them, and can be told to go wrong.
 *
 * <p>Takes a POST to any path. Answers 204, or 401 where the signature is not valid, or 405 to another method, which is
 * not a delivery. For any thread; its own threads are daemons, so it does not keep the process alive.
 */
public final class WebhookReceiver implements AutoCloseable {

    private final ReceiverOptions options;
    private final WebhookSignature signature;
    private final FaultSwitch<DeliveryFault> faults;
    private final Deque<Delivery> deliveries = new ArrayDeque<>();
    private Counts counts = new Counts(0, 0, 0, 0);
    private final LoopbackServer server;

    private WebhookReceiver(ReceiverOptions options) {
        this.options = options;
        signature = new WebhookSignature(options.secret());
        faults = new FaultSwitch<>(Chance.seed(options.seed(), "deliveries"));
        server = new LoopbackServer("webhook-receiver", options.port(), Duration.ZERO, options.hangFor(), this::answer);
    }

    /**
     * What came since the start, kept or not.
     *
     * @param received all deliveries
     * @param accepted those answered 2xx
     * @param badSignatures those whose signature was not valid, whatever they were answered
     * @param authorized those that carried an {@code Authorization} header
     */
    public record Counts(long received, long accepted, long badSignatures, long authorized) {}

    /**
     * Starts a receiver.
     *
     * @throws UncheckedIOException where it cannot listen, as when the port is taken
     * @throws IllegalArgumentException where the secret is not of the form {@code whsec_<Base64>}
     */
    public static WebhookReceiver start(ReceiverOptions options) {
        return new WebhookReceiver(options);
    }

    /** Where to deliver: {@code http://127.0.0.1:<port>/webhook}. */
    public URI url() {
        return URI.create(server.url() + "/webhook");
    }

    /** What to sign with: {@code whsec_<Base64>}. */
    public String secret() {
        return options.secret();
    }

    /** The deliveries that are kept, in order of arrival. */
    public synchronized List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    public synchronized Counts counts() {
        return counts;
    }

    /** The switch for what goes wrong. */
    public FaultSwitch<DeliveryFault> faults() {
        return faults;
    }

    /** Answers the next deliveries with this status, whatever their signature. */
    public void answerNext(int status, int requests) {
        faults.injectNext(DeliveryFault.status(status), requests);
    }

    /** Stops at once; what it kept can still be read. */
    @Override
    public void close() {
        server.close();
    }

    private synchronized Answer answer(Call call) {
        if (!call.method().equals("POST")) {
            return Answer.problem(405, "webhooks are posted").with("Allow", "POST");
        }
        HttpFields headers = call.headers();
        Instant now = options.clock().instant();
        SignatureCheck check = signature.check(
                headers.get("webhook-id"),
                headers.get("webhook-timestamp"),
                headers.get("webhook-signature"),
                call.body(),
                now);
        Optional<DeliveryFault> fault = faults.draw(counts.received(), any -> true);
        Answer answer = fault.map(DeliveryFault::answer)
                .orElseGet(() ->
                        check == SignatureCheck.VALID ? Answer.empty(204) : Answer.problem(401, "signature: " + check));
        keep(new Delivery(
                now,
                call.path(),
                text(headers.get("webhook-id")),
                text(headers.get("webhook-timestamp")),
                asMap(headers),
                call.body(),
                check,
                answer.seenStatus(),
                headers.contains("Authorization")));
        return answer;
    }

    private void keep(Delivery delivery) {
        counts = new Counts(
                counts.received() + 1,
                counts.accepted() + (delivery.answered() / 100 == 2 ? 1 : 0),
                counts.badSignatures() + (delivery.signature() == SignatureCheck.VALID ? 0 : 1),
                counts.authorized() + (delivery.authorized() ? 1 : 0));
        if (options.kept() == 0) {
            return;
        }
        if (deliveries.size() == options.kept()) {
            deliveries.removeFirst();
        }
        deliveries.addLast(delivery);
    }

    private static Map<String, String> asMap(HttpFields headers) {
        Map<String, String> map = new TreeMap<>();
        for (HttpField header : headers) {
            map.merge(header.getLowerCaseName(), text(header.getValue()), (first, second) -> first + ", " + second);
        }
        return map;
    }

    private static String text(String header) {
        return header == null ? "" : header;
    }
}
