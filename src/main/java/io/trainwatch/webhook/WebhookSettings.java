package io.trainwatch.webhook;

import io.trainwatch.http.Callee;
import io.trainwatch.http.Clients;
import io.trainwatch.http.Limits;
import io.trainwatch.http.RequestSettings;
import io.trainwatch.http.TlsFiles;
import io.trainwatch.http.TlsSettings;
import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import io.trainwatch.signing.KeyForm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A receiver of events, and how it is called.
 *
 * @param callee whom the client for the target calls
 */
public record WebhookSettings(WebhookTarget target, Callee callee) {

    public static final Section SECTION =
            new Section("Webhooks", "One set of keys for each receiver; `<name>` is a name of your choice.");

    private static final Setting<URI> URL =
            SECTION.optional("webhook.<name>.url", Addresses.receiverUrl(), "Where the receiver's events are posted.");
    private static final Setting<String> ENDPOINT = SECTION.optional(
            "webhook.<name>.endpoint",
            ValueType.of("Camel URI", WebhookSettings::camelUri),
            "In place of `url`: the Camel endpoint that the events are sent to, such as `kafka:trainings` or `direct:mine`; see"
                    + " `docs/webhooks.md`.");
    private static final Setting<List<Secret>> SECRETS = SECTION.optional(
            "webhook.<name>.secret",
            signingKeys(),
            "The keys that sign the receiver's events (Standard Webhooks), all that are active; they are unsigned"
                    + " without one.");
    private static final Setting<List<String>> EVENTS = SECTION.setting(
            "webhook.<name>.events",
            ValueType.someOf(EventType.ofJobs()),
            "all",
            "The events to send, of `" + String.join("`, `", EventType.ofJobs()) + "`.");
    private static final Setting<Payload.Format> FORMAT = SECTION.setting(
            "webhook.<name>.format",
            ValueType.oneOf(Payload.Format.class),
            "generic",
            "The shape in which the receiver gets its events.");
    private static final Setting<Path> TEMPLATE = SECTION.optional(
            "webhook.<name>.template",
            Addresses.file(),
            "A template of your own in place of the format's, see `docs/webhooks.md`.");
    private static final Setting<Secret> ROUTING_KEY = SECTION.optional(
            "webhook.<name>.routing-key",
            ValueType.secretText(),
            "The integration key of PagerDuty, and what `${routing_key}` stands for in a template.");
    private static final Setting<Map<String, Secret>> HEADERS = SECTION.optional(
            "webhook.<name>.headers",
            ValueType.headers(),
            "Headers to send besides, such as `Authorization: Bearer …; X-Team: ml`.");
    private static final Setting<Duration> OWN_TIMEOUT = SECTION.optional(
            "webhook.<name>.timeout",
            Quantities.duration("100ms", "5m"),
            "The time allowed for this receiver's answer; `trainwatch.webhook.timeout` unless given.");
    private static final Setting<Integer> CONCURRENCY = SECTION.setting(
            "webhook.<name>.concurrency",
            Quantities.integer(1, 100),
            "20",
            "The deliveries to the receiver that are under way at once, at most; never more than its equal share of"
                    + " `trainwatch.webhook.workers`.");
    private static final Setting<Double> RATE = SECTION.optional(
            "webhook.<name>.rate",
            Quantities.positive(10_000),
            "The deliveries per second that all nodes together send to the receiver; unlimited unless given.");
    private static final Setting<Boolean> PUBLIC_ONLY = SECTION.setting(
            "webhook.<name>.public-only",
            ValueType.trueOrFalse(),
            "false",
            "Whether connections are made to public addresses only: for a URL that somebody else fills in.");
    private static final TlsSettings TLS = new TlsSettings(SECTION, "webhook.<name>.", "the receiver");
    public static final Setting<Integer> WORKERS = SECTION.setting(
            "webhook.workers",
            Quantities.integer(1, 1000),
            "200",
            "The deliveries that are under way at once, one for each receiver at least; each may have an equal share of"
                    + " them.");
    private static final Setting<Duration> TIMEOUT = SECTION.setting(
            "webhook.timeout", Quantities.duration("100ms", "5m"), "15s", "The time allowed for a receiver's answer.");
    public static final Setting<Duration> RETENTION = SECTION.setting(
            "webhook.retention",
            Quantities.duration("0s", "3650d"),
            "90d",
            "How long an event is kept once all its receivers have it, for `webhook replay`. What one of them does not"
                    + " have is kept for ever.");

    /** By name, in the order of the source. */
    public static final Part<Map<String, WebhookSettings>> WEBHOOKS =
            SECTION.part(values -> values.each("webhook", WebhookSettings::read));

    /** The deliveries that are under way at once. */
    public static final Part<Integer> MAX_UNDER_WAY = SECTION.part(WebhookSettings::workers);

    /** With fewer workers than receivers, some that hang could keep all of them from the others. */
    private static int workers(Values values) {
        int workers = Math.max(values.get(WORKERS), values.names("webhook").size());
        values.putEffective(WORKERS, "", workers);
        return workers;
    }

    /** Empty where it lacks what must be there. */
    private static Optional<WebhookSettings> read(Values values, String name) {
        Optional<String> camelUri = values.find(ENDPOINT, name);
        Optional<URI> url = camelUri.isPresent() ? camelUri.map(WebhookSettings::shown) : values.find(URL, name);
        if (values.isSet(URL, name) == values.isSet(ENDPOINT, name)) {
            values.report(
                    URL.key(name),
                    camelUri.isPresent()
                            ? "is set beside " + ENDPOINT.key(name)
                            : "is missing, though other keys of '" + name + "' are set",
                    camelUri.isPresent() ? "Keep one of them." : "Set it, or " + ENDPOINT.key(name) + ".");
        }
        Optional<List<Secret>> secrets = values.find(SECRETS, name);
        Optional<List<String>> events = values.find(EVENTS, name);
        Optional<Payload.Format> format = values.find(FORMAT, name);
        Optional<Payload.Template> template = values.find(TEMPLATE, name).flatMap(file -> template(values, name, file));
        Optional<String> routingKey = values.find(ROUTING_KEY, name).map(Secret::reveal);
        Map<String, Secret> headers = values.find(HEADERS, name).orElse(Map.of());
        Duration timeout = values.find(OWN_TIMEOUT, name).orElseGet(() -> values.get(TIMEOUT));
        Optional<Integer> concurrency = values.find(CONCURRENCY, name);
        Optional<Double> rate = values.find(RATE, name);
        boolean publicOnly = values.find(PUBLIC_ONLY, name).orElse(true);
        TlsFiles tls = TLS.read(values, name);
        if (format.filter(Payload.Format.PAGERDUTY::equals).isPresent() && !values.isSet(ROUTING_KEY, name)) {
            values.report(
                    ROUTING_KEY.key(name),
                    "is missing, though the format is pagerduty",
                    "Set it to the integration key of the PagerDuty service.");
        }
        if (url.isEmpty() || events.isEmpty() || format.isEmpty() || concurrency.isEmpty()) {
            return Optional.empty();
        }
        if (camelUri.isEmpty()) {
            values.warnOfPlainHttp(URL.key(name), url.get(), "events");
        }
        int workers = workers(values);
        int share = Math.max(1, workers / values.names("webhook").size());
        WebhookTarget target = new WebhookTarget(
                name,
                url.get(),
                secrets.map(WebhookSettings::signature),
                events.get().stream().map(EventType::ofWireName).collect(Collectors.toSet()),
                new Payload(format.get(), template.or(format.get()::template), routingKey),
                headers.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                entry -> entry.getValue().reveal(),
                                (a, b) -> b,
                                LinkedHashMap::new)),
                new WebhookTarget.Limits(
                        timeout,
                        Math.min(concurrency.get(), share),
                        rate.map(OptionalDouble::of).orElseGet(OptionalDouble::empty)),
                publicOnly,
                camelUri,
                Optional.empty());
        Limits limits = new Limits(
                values.get(RequestSettings.CONNECT_TIMEOUT),
                timeout,
                values.get(RequestSettings.MAX_RESPONSE),
                workers);
        List<String> known = secretsOf(target, secrets.orElse(List.of()));
        return Optional.of(new WebhookSettings(
                target, new Callee(Callee.Kind.RECEIVER, Clients.webhook(name), limits, tls, known, publicOnly)));
    }

    private static String camelUri(String text) {
        if (!text.matches("[A-Za-z][A-Za-z0-9+.-]*:\\S+")) {
            throw new UnreadableValue("is no Camel URI", "Write one such as kafka:trainings.");
        }
        return text;
    }

    /** Without parameters, of which one may be a password. */
    private static URI shown(String camelUri) {
        return URI.create("camel:" + camelUri.replaceFirst("\\?.*", "").replaceAll("[^A-Za-z0-9:/._-]", "_"));
    }

    private static WebhookTarget.Signature signature(List<Secret> keys) {
        return new WebhookTarget.Signature(keys.stream()
                .flatMap(key -> KeyForm.WEBHOOK.parse(key.reveal()).stream())
                .toList());
    }

    private static List<String> secretsOf(WebhookTarget target, List<Secret> keys) {
        List<String> known = new ArrayList<>();
        keys.forEach(key -> known.add(key.reveal()));
        target.headers().values().forEach(value -> known.add(Callee.secretOf(value)));
        target.payload().routingKey().ifPresent(known::add);
        // Of many receivers the path or the query is the secret.
        Stream.of(target.url().getRawPath(), target.url().getRawQuery())
                .filter(Objects::nonNull)
                .forEach(known::add);
        return known;
    }

    private static Optional<Payload.Template> template(Values values, String name, Path file) {
        try {
            return Optional.of(Payload.Template.parse(Files.readString(file)));
        } catch (IOException | IllegalArgumentException e) {
            values.report(
                    TEMPLATE.key(name),
                    file + " cannot be used: " + e.getMessage(),
                    "Start from a file of the folder templates.");
            return Optional.empty();
        }
    }

    private static ValueType<List<Secret>> signingKeys() {
        return KeyForm.WEBHOOK.setting(
                "secrets, each `whsec_` or `whsk_` and base64, separated by commas",
                "Make one with: echo whsec_$(openssl rand -base64 32)",
                (text, keys) -> {
                    if (keys.isEmpty()) {
                        throw new UnreadableValue("names no key", "Give one, or remove the setting.");
                    }
                    return Arrays.stream(text.split("[,\\s]+"))
                            .filter(key -> !key.isEmpty())
                            .map(Secret::of)
                            .toList();
                });
    }
}
