package io.trainwatch;

import io.trainwatch.api.HttpSettings;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.http.Callee;
import io.trainwatch.http.Clients;
import io.trainwatch.http.Limits;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.http.RequestSettings;
import io.trainwatch.http.TlsFiles;
import io.trainwatch.optional.prometheus.PrometheusSettings;
import io.trainwatch.rules.PolicySettings;
import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Schema;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Source;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.watch.JobsSettings;
import io.trainwatch.watch.PollSettings;
import io.trainwatch.webhook.WebhookSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All the settings there are, and those of the installation. */
public final class TrainwatchSettings {

    /** The routes folder where no other is set; this one may be missing. */
    public static final Path USUAL_ROUTES = Path.of("routes");

    private static final Section INSTALLATION = new Section("Installation", "This installation.");

    /** Read before all others, so that nothing else need be right. */
    static final Setting<Boolean> ENABLED = INSTALLATION.setting(
            "enabled",
            ValueType.trueOrFalse(),
            "true",
            "`false` has Trainwatch do nothing inside another Camel runtime.");

    public static final Setting<Path> ROUTES_DIRECTORY = INSTALLATION.setting(
            "routes.directory",
            Addresses.directory(),
            USUAL_ROUTES.toString(),
            "Where routes are read from that take the place of Trainwatch's with the same ids, or are added;"
                    + " `bin/trainwatch` reads those beside it unless this is given.");
    private static final Setting<String> NAME = INSTALLATION.optional(
            "node",
            ValueType.textOrBlank(),
            "The name of this node, different for each that shares a store; the host's name unless given.");
    public static final Setting<Duration> WATCH_DRAIN = INSTALLATION.setting(
            "watch.drain",
            Quantities.duration("0s", "1h"),
            "30s",
            "How long the `watch` command waits for deliveries once its jobs have ended.");

    /** The name of this node, the host's where none is given; two processes on one host have the same. */
    public static final Part<String> NODE = INSTALLATION.part(TrainwatchSettings::node);

    /** Those of the core in the order of the documentation, and then those of the features. */
    public static final Schema SCHEMA = new Schema(Stream.of(
                    Stream.of(
                            TenantSettings.SECTION,
                            JobsSettings.SECTION,
                            PollSettings.SECTION,
                            RequestSettings.SECTION,
                            ProxySettings.SECTION,
                            PolicySettings.SECTION,
                            WebhookSettings.SECTION,
                            AuditOptions.SECTION,
                            StoreSettings.SECTION,
                            HttpSettings.SECTION,
                            HttpSettings.EmbeddedHttp.SECTION),
                    Features.sections(),
                    Stream.of(INSTALLATION))
            .flatMap(sections -> sections)
            .toList());

    private TrainwatchSettings() {}

    /**
     * Reads the settings outside any profile, with placeholders taken from the environment of this process.
     *
     * @throws io.trainwatch.settings.SettingsException with every problem that there is
     */
    public static Settings read(Source source) {
        return read(source, "");
    }

    /** The same in a profile. */
    public static Settings read(Source source, String profile) {
        return Settings.read(SCHEMA, source, profile, System.getenv());
    }

    /** Everybody who is called. */
    public static List<Callee> callees(Settings settings) {
        long maxBytes = settings.get(RequestSettings.MAX_RESPONSE);
        Limits usual = new Limits(
                settings.get(RequestSettings.CONNECT_TIMEOUT),
                settings.get(RequestSettings.TIMEOUT),
                maxBytes,
                settings.get(PollSettings.WORKERS));
        List<Callee> callees = new ArrayList<>();
        settings.get(TenantSettings.TENANTS).values().forEach(tenant -> callees.add(tenant.callee(usual)));
        settings.get(PrometheusSettings.SOURCES).values().forEach(source -> callees.add(source.callee(maxBytes)));
        settings.get(WebhookSettings.WEBHOOKS).values().forEach(webhook -> callees.add(webhook.callee()));
        List<String> token = settings.get(HttpSettings.HTTP).secrets();
        callees.add(new Callee(Callee.Kind.ITSELF, Clients.itself(), usual, TlsFiles.NONE, token, false));
        callees.add(new Callee(Callee.Kind.OTHER, Clients.others(), usual, TlsFiles.NONE, List.of(), false));
        return callees;
    }

    private static String node(Values values) {
        String node = values.find(NAME).filter(given -> !given.isBlank()).orElseGet(TrainwatchSettings::hostName);
        values.putEffective(NAME, "", node);
        return node;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
