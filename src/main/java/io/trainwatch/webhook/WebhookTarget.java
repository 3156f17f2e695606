package io.trainwatch.webhook;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * A receiver of events.
 *
 * @param url where events are posted
 * @param signature signs what is sent; empty for a target without a secret
 * @param events the types that it wants
 */
public record WebhookTarget(String name, URI url, Optional<Signature> signature, Set<EventType> events) {

    boolean wants(EventType type) {
        return events.contains(type);
    }

    /** Scheme, host and port: what the route's endpoint is made of. */
    public String origin() {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    /** The raw path, {@code /} where the URL has none. */
    public String path() {
        return url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    }

    /** The raw query, or {@code null}. */
    public String query() {
        return url.getRawQuery();
    }

    /** Without the URL's path and query, which may hold a receiver's secret. */
    @Override
    public String toString() {
        return "WebhookTarget[" + name + ", " + origin() + "]";
    }
}
