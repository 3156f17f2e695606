package io.trainwatch.webhook;

import io.trainwatch.http.Clients;
import io.trainwatch.signing.SigningKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A receiver of events.
 *
 * @param url where events are posted; of a Camel endpoint {@code camel:} and its URI, without what may be secret
 * @param signature signs what is sent; empty for a target without a secret
 * @param events the types that it wants
 * @param headers sent besides the request's own
 * @param publicOnly whether only public addresses may be connected to, since somebody else may choose the URL
 * @param camelUri of the endpoint that takes the place of the URL
 * @param tenant whose events it wants; empty for those of all
 */
public record WebhookTarget(
        String name,
        URI url,
        Optional<Signature> signature,
        Set<EventType> events,
        Payload payload,
        Map<String, String> headers,
        Limits limits,
        boolean publicOnly,
        Optional<String> camelUri,
        Optional<String> tenant) {

    /**
     * How much a target is asked to take.
     *
     * @param timeout for the answer
     * @param concurrency requests of one node that are under way at once, at most
     * @param perSecond requests of all nodes together, at most; empty for no bound
     */
    public record Limits(Duration timeout, int concurrency, OptionalDouble perSecond) {
        /** The defaults of the settings. */
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(15), 8, OptionalDouble.empty());
    }

    boolean wants(Event event) {
        return events.contains(event.eventType())
                && tenant.filter(only -> !only.equals(event.tenant())).isEmpty();
    }

    /**
     * What the route sends to: scheme, host and port with the client that has the target's timeout, or what hands on to the
     * Camel endpoint.
     */
    public String endpoint() {
        return camelUri.isPresent()
                ? EndpointComponent.SCHEME + ":" + name
                : "trainwatch-webhook-http:" + Clients.endpoint(origin(), Clients.webhook(name));
    }

    /** Scheme, host and port. */
    public String origin() {
        return camelUri.isPresent() ? url.toString() : url.getScheme() + "://" + url.getRawAuthority();
    }

    /** The raw path, {@code /} where the URL has none. */
    public String path() {
        return url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    }

    /** The raw query, or {@code null}. */
    public String query() {
        return url.getRawQuery();
    }

    /** Without the URL's path and query, and without headers: any may hold a receiver's secret. */
    @Override
    public String toString() {
        return "WebhookTarget[" + name + ", " + origin() + "]";
    }

    /**
     * Signs deliveries as Standard Webhooks says: over {@code id.timestamp.body}, once with each active secret, so that a
     * receiver accepts what is sent before, while and after it changes its secret.
     *
     * <p>Thread-safe. Source: the Standard Webhooks specification 1.0.0, "Signature scheme" and "Webhook headers".
     */
    public static final class Signature {

        private final List<SigningKey> secrets;

        /** @param secrets all that are active, at least one; receivers take the first that fits, so the order is free */
        public Signature(List<SigningKey> secrets) {
            if (secrets.isEmpty()) {
                throw new IllegalArgumentException("nothing can be signed without a secret");
            }
            this.secrets = List.copyOf(secrets);
        }

        /** The headers that go with the body: {@code webhook-id}, {@code webhook-timestamp}, {@code webhook-signature}. */
        public Map<String, String> sign(String id, Instant at, byte[] body) {
            String timestamp = Long.toString(at.getEpochSecond());
            byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
            return Map.of(
                    "webhook-id",
                    id,
                    "webhook-timestamp",
                    timestamp,
                    "webhook-signature",
                    secrets.stream()
                            .map(secret -> signature(secret, head, body))
                            .collect(Collectors.joining(" ")));
        }

        /** The scheme, a comma, and the base64 of the signature. */
        private static String signature(SigningKey secret, byte[] head, byte[] body) {
            String scheme = secret.algorithm().equals("ed25519") ? "v1a" : "v1";
            return scheme + "," + Base64.getEncoder().encodeToString(secret.sign(head, body));
        }
    }
}
