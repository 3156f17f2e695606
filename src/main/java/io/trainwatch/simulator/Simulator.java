package io.trainwatch.simulator;

import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;

/**
 * A tenant with jobs and a webhook receiver, started together.
 *
 * <pre>{@code
 * try (Simulator simulator = Simulator.start(SimulatorOptions.demo(42))) {
 *     simulator.properties().forEach(System::setProperty);
 *     // … start Trainwatch …
 * }
 * }</pre>
 */
public final class Simulator implements AutoCloseable {

    /** The name under which {@link #properties} configures both the tenant and the webhook. */
    public static final String ALIAS = "demo";

    private final SimulatedTenant tenant;
    private final WebhookReceiver receiver;

    private Simulator(SimulatedTenant tenant, WebhookReceiver receiver) {
        this.tenant = tenant;
        this.receiver = receiver;
    }

    /**
     * Starts both; the time of the jobs begins when both listen.
     *
     * @throws UncheckedIOException where one of them cannot listen; neither runs then
     */
    public static Simulator start(SimulatorOptions options) {
        WebhookReceiver receiver = WebhookReceiver.start(options.receiver());
        SimulatedTenant tenant = null;
        try {
            tenant = SimulatedTenant.start(options.tenant());
            options.jobs().forEach(tenant::add);
            return new Simulator(tenant, receiver);
        } catch (RuntimeException e) {
            if (tenant != null) {
                tenant.close();
            }
            receiver.close();
            throw e;
        }
    }

    public SimulatedTenant tenant() {
        return tenant;
    }

    public WebhookReceiver receiver() {
        return receiver;
    }

    /**
     * The configuration that points Trainwatch at both and lets it watch the jobs that the tenant has now; a fresh map
     * in the order in which a person would write it.
     */
    public LinkedHashMap<String, String> properties() {
        LinkedHashMap<String, String> properties = new LinkedHashMap<>();
        properties.put(
                "trainwatch.tenant." + ALIAS + ".base-url", tenant.baseUrl().toString());
        properties.put(
                "trainwatch.tenant." + ALIAS + ".client-id", tenant.options().clientId());
        properties.put(
                "trainwatch.tenant." + ALIAS + ".client-secret",
                tenant.options().clientSecret());
        properties.put("trainwatch.webhook." + ALIAS + ".url", receiver.url().toString());
        properties.put("trainwatch.webhook." + ALIAS + ".secret", receiver.secret());
        properties.put(
                "trainwatch.jobs",
                tenant.jobs().stream()
                        .map(job -> ALIAS + ":" + job.project() + "/" + job.job())
                        .collect(Collectors.joining(", ")));
        return properties;
    }

    /** Stops both at once. */
    @Override
    public void close() {
        tenant.close();
        receiver.close();
    }
}
