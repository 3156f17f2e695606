package io.trainwatch.webhook;

import io.trainwatch.http.Clients;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

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

    /** A target that events are posted to. */
    public WebhookTarget(
            String name,
            URI url,
            Optional<Signature> signature,
            Set<EventType> events,
            Payload payload,
            Map<String, String> headers,
            Limits limits,
            boolean publicOnly) {
        this(name, url, signature, events, payload, headers, limits, publicOnly, Optional.empty(), Optional.empty());
    }

    /** A target that gets the events as they are, with no bounds of its own. */
    public WebhookTarget(String name, URI url, Optional<Signature> signature, Set<EventType> events) {
        this(
                name,
                url,
                signature,
                events,
                Payload.GENERIC,
                Map.of(),
                new Limits(Limits.DEFAULT.timeout(), Integer.MAX_VALUE, OptionalDouble.empty()),
                false);
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
}
