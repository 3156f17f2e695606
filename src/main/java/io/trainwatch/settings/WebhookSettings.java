package io.trainwatch.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * One receiver of events.
 *
 * @param name 1 to 64 letters, digits, {@code _} or {@code -}
 * @param secrets {@code whsec_} or {@code whsk_} keys, all active; empty where events go unsigned
 * @param events the types of events that it gets, such as {@code job.completed}; never empty
 * @param template a file that takes the place of the format's own template
 * @param routingKey the integration key of PagerDuty; there wherever the format is {@link WebhookFormat#PAGERDUTY}
 * @param headers sent with each request besides its own
 * @param timeout for the receiver's answer
 * @param concurrency requests to it that are under way at once, at most
 * @param rate requests per second that all nodes together send to it, at most; empty for no bound
 * @param publicOnly whether connections are made to public addresses only
 */
public record WebhookSettings(
        String name,
        URI url,
        List<Secret> secrets,
        Set<String> events,
        WebhookFormat format,
        Optional<Path> template,
        Optional<Secret> routingKey,
        Map<String, Secret> headers,
        Duration timeout,
        int concurrency,
        OptionalDouble rate,
        boolean publicOnly,
        TlsFiles tls) {

    public WebhookSettings {
        secrets = List.copyOf(secrets);
        events = Set.copyOf(events);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
