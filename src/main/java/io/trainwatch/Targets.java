package io.trainwatch;

import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.settings.WebhookSettings;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.Payload;
import io.trainwatch.webhook.PayloadFormat;
import io.trainwatch.webhook.Signature;
import io.trainwatch.webhook.Template;
import io.trainwatch.webhook.WebhookSecret;
import io.trainwatch.webhook.WebhookTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes webhook targets of their settings. */
public final class Targets {

    private Targets() {}

    /**
     * The targets by name.
     *
     * @param workers deliveries under way at once; each target may have an equal share, so that none takes all
     * @throws SettingsException where a template cannot be used
     */
    public static Map<String, WebhookTarget> of(Map<String, WebhookSettings> webhooks, int workers) {
        int share = Math.max(1, workers / Math.max(1, webhooks.size()));
        Map<String, WebhookTarget> targets = new LinkedHashMap<>();
        webhooks.forEach((name, settings) -> targets.put(name, of(settings, share)));
        return targets;
    }

    private static WebhookTarget of(WebhookSettings settings, int share) {
        Map<String, String> headers = new LinkedHashMap<>();
        settings.headers().forEach((name, value) -> headers.put(name, value.reveal()));
        return new WebhookTarget(
                settings.name(),
                settings.url(),
                signature(settings),
                events(settings),
                payload(settings),
                headers,
                new WebhookTarget.Limits(settings.timeout(), Math.min(settings.concurrency(), share), settings.rate()),
                settings.publicOnly());
    }

    private static Optional<Signature> signature(WebhookSettings settings) {
        List<WebhookSecret> secrets = settings.secrets().stream()
                .map(secret -> WebhookSecret.parse(secret.reveal()))
                .toList();
        return secrets.isEmpty() ? Optional.empty() : Optional.of(new Signature(secrets));
    }

    private static Payload payload(WebhookSettings settings) {
        PayloadFormat format = PayloadFormat.valueOf(settings.format().name());
        Optional<Template> own = settings.template().map(path -> template(settings.name(), path));
        return new Payload(
                format, own.or(format::template), settings.routingKey().map(Secret::reveal));
    }

    private static Template template(String name, Path path) {
        try {
            return Template.parse(Files.readString(path));
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(List.of(new Problem(
                    "trainwatch.webhook." + name + ".template",
                    Optional.of(path.toString()),
                    "the template cannot be used: " + e.getMessage(),
                    "Start from a file of the folder templates.")));
        }
    }

    private static Set<EventType> events(WebhookSettings settings) {
        return settings.events().stream().map(EventType::ofWireName).collect(Collectors.toSet());
    }
}
