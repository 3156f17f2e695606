package io.trainwatch.settings;

import io.trainwatch.status.JobKey;
import io.trainwatch.verdict.Windows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration, checked as a whole: whoever holds one need not check again.
 *
 * <p>Immutable. Holds secrets only as {@link Secret}, so that it may be logged. Bounds of the values stand in
 * {@code docs/configuration.md}.
 *
 * @param tenants by alias, in the order of the source; at least one
 * @param webhooks by name, in the order of the source
 * @param jobs the jobs to watch from the start, each of a configured tenant and none twice
 * @param node the name of this node, the host's where none is given; two processes on one host have the same
 * @param watchDrain how long {@code watch} waits for deliveries once its jobs have ended
 * @param effective every setting but secrets and those without a value, by its full key, for placeholders in routes:
 *     durations as milliseconds and sizes as bytes, both in digits alone, lists separated by commas
 * @param warnings sentences about what is allowed but seldom meant; worth one log line each at the start
 */
public record Settings(
        Map<String, TenantSettings> tenants,
        Map<String, WebhookSettings> webhooks,
        List<JobKey> jobs,
        Path jobsDirectory,
        Poll poll,
        Request request,
        ProxySettings proxy,
        Policy policy,
        Delivery delivery,
        Audit audit,
        History history,
        Store store,
        Http http,
        Path routesDirectory,
        boolean routesDirectoryIsSet,
        String node,
        Duration watchDrain,
        Map<String, String> effective,
        List<String> warnings) {

    /** The profile in which a secret in plain text in a file that others can read is refused. */
    public static final String PROD = "prod";

    /** The policy directory and the routes folder where no others are set; these may be missing. */
    public static final Path USUAL_POLICIES = Path.of("policies");

    public static final Path USUAL_ROUTES = Path.of("routes");

    public Settings {
        tenants = Collections.unmodifiableMap(new LinkedHashMap<>(tenants));
        webhooks = Collections.unmodifiableMap(new LinkedHashMap<>(webhooks));
        jobs = List.copyOf(jobs);
        effective = Collections.unmodifiableMap(new LinkedHashMap<>(effective));
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads the settings outside any profile, with placeholders taken from the environment of this process.
     *
     * @throws SettingsException with every problem that there is
     */
    public static Settings read(Source source) {
        return read(source, "");
    }

    /**
     * Reads the settings, with placeholders taken from the environment of this process.
     *
     * @param profile {@link #PROD}, or any other text, which changes nothing
     * @throws SettingsException with every problem that there is
     */
    public static Settings read(Source source, String profile) {
        return read(source, profile, System.getenv());
    }

    /**
     * Reads the settings.
     *
     * <p>The variables are used for {@code {{env:NAME}}} only; {@link Sources#withEnvironment} makes them override keys.
     *
     * @param profile {@link #PROD}, or any other text, which changes nothing
     * @throws SettingsException with every problem that there is
     */
    public static Settings read(Source source, String profile, Map<String, String> environment) {
        return new SettingsReader(source, profile, environment).read();
    }

    /** What an audit is checked against. */
    public record AuditEvidence(Store store, List<Secret> keys) {}

    /**
     * Reads what the audit is checked against, whatever else the source holds.
     *
     * @throws SettingsException where a value cannot be read
     */
    public static AuditEvidence auditEvidence(Source source) {
        CheckedValues values = new CheckedValues(source, "", System.getenv());
        AuditEvidence evidence = new AuditEvidence(
                new Store(values.get(Keys.STORE_URL), values.find(Keys.STORE_USER), values.find(Keys.STORE_PASSWORD)),
                values.find(Keys.AUDIT_KEY).orElse(List.of()));
        if (!values.problems().isEmpty()) {
            throw new SettingsException(values.problems());
        }
        return evidence;
    }

    /**
     * Reads where the audit files are, whatever else the source holds.
     *
     * @throws SettingsException where the value cannot be read
     */
    public static Path auditDirectory(Source source) {
        CheckedValues values = new CheckedValues(source, "", System.getenv());
        Path directory = values.get(Keys.AUDIT_DIRECTORY);
        if (!values.problems().isEmpty()) {
            throw new SettingsException(values.problems());
        }
        return directory;
    }

    /**
     * Reads a duration as the settings write it: a number and a unit, such as {@code 90s} or {@code 2h}.
     *
     * @throws IllegalArgumentException where the text is something else
     */
    public static Duration duration(String text) {
        try {
            return Quantities.parseDuration(text);
        } catch (UnreadableValue e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * When jobs are looked at.
     *
     * @param interval the longest time between two looks at a running job
     * @param listInterval the time between two lists of a project's tasks
     * @param workers looks that are under way at once
     * @param tick the time between two searches for jobs that are due
     * @param lease how long a claimed job stays with its node
     * @param unreachableAfter how long without an answer until a job is reported as unreachable
     * @param confirmAfter from the end of a job to the look that confirms it; zero where there is none
     */
    public record Poll(
            Duration interval,
            Duration listInterval,
            int workers,
            Duration tick,
            Duration lease,
            Duration unreachableAfter,
            Duration confirmAfter) {}

    /**
     * Limits of one request to a tenant.
     *
     * @param maxResponse bytes
     */
    public record Request(Duration connectTimeout, Duration timeout, long maxResponse) {}

    /**
     * What counts as a breach where a job has no policy of its own.
     *
     * @param autoCancel whether a breach cancels the job; {@code false} holds for all policies
     * @param maxCpu percent
     * @param cpuWindow how many readings over it it takes
     * @param maxMemory percent
     * @param memoryWindow how many readings over it it takes
     * @param warmUp for how long a job is not judged by the two; empty for what is usual with the windows
     * @param fixedStagnation whether the job's own steps do not count
     * @param cancelDeadline how long a cancelled job may take to end until that is reported
     * @param directory where policy files are
     * @param maxCancelsPerHour jobs of a tenant that are cancelled within an hour, where the tenant has no number of its own
     */
    public record Policy(
            boolean autoCancel,
            double maxCpu,
            Windows cpuWindow,
            double maxMemory,
            Windows memoryWindow,
            Optional<Duration> warmUp,
            Duration maxStagnation,
            boolean fixedStagnation,
            Duration cancelDeadline,
            Path directory,
            int maxCancelsPerHour) {

        /** Whether the rules are those of somebody who sets nothing. */
        public boolean isUsual() {
            return autoCancel
                    && maxCpu == usual(Keys.POLICY_MAX_CPU)
                    && cpuWindow.equals(usual(Keys.POLICY_CPU_WINDOW))
                    && maxMemory == usual(Keys.POLICY_MAX_MEMORY)
                    && memoryWindow.equals(usual(Keys.POLICY_MEMORY_WINDOW))
                    && warmUp.isEmpty()
                    && maxStagnation.equals(usual(Keys.POLICY_MAX_STAGNATION))
                    && fixedStagnation == usual(Keys.POLICY_FIXED_STAGNATION);
        }

        private static <T> T usual(Setting<T> setting) {
            return setting.defaultValue().orElseThrow();
        }
    }

    /**
     * How events are sent to all receivers.
     *
     * @param workers deliveries that are under way at once
     * @param timeout for the receiver's answer
     * @param retention of events that all their receivers have
     */
    public record Delivery(int workers, Duration timeout, Duration retention) {}

    /**
     * How the audit is written.
     *
     * @param statusChecks the looks that have a line of their own
     * @param keys the first signs; without any, checkpoints are unsigned
     * @param maxSize bytes of a file
     * @param retention how long a file is kept; empty for ever
     * @param maxWaiting rows that wait before some are only counted
     */
    public record Audit(
            Path directory,
            StatusChecks statusChecks,
            List<Secret> keys,
            AuditFormat format,
            long maxSize,
            Optional<Duration> retention,
            int maxWaiting) {}

    /**
     * What is kept of looks.
     *
     * @param retention zero where none is kept
     * @param maxLooks 1 or more
     */
    public record History(Duration retention, int maxLooks) {}

    /**
     * The database.
     *
     * @param url {@code jdbc:sqlite:…} or {@code jdbc:postgresql:…}, without credentials
     */
    public record Store(String url, Optional<String> user, Optional<Secret> password) {}

    /**
     * The HTTP server.
     *
     * @param host an IPv6 address has no brackets
     * @param port 0 for any that is free
     * @param token what callers must present; never empty where other machines reach the host
     */
    public record Http(boolean enabled, String host, int port, Optional<Secret> token) {}
}
