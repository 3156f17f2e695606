package io.trainwatch.demo.simulator;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

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

    /** The name of the tenant that is watched by the {@code tasks} API where both APIs are used. */
    public static final String TASKS_ALIAS = "demo-tasks";

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
            tenant.tasks().addAll(options.tasks());
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

    /** {@link #properties(Set, boolean)} for the {@code training} API. */
    public LinkedHashMap<String, String> properties() {
        return properties(Set.of(TenantApi.TRAINING), false);
    }

    /**
     * The configuration that points Trainwatch at both and lets it watch the jobs or tasks that the tenant has now; a
     * fresh map in the order in which a person would write it.
     *
     * @param apis the APIs by which to watch; with both, the {@code tasks} API is a tenant of its own, named {@link
     *     #TASKS_ALIAS}
     * @param oauth whether the {@code tasks} API is used with OAuth rather than with the API key
     */
    public LinkedHashMap<String, String> properties(Set<TenantApi> apis, boolean oauth) {
        LinkedHashMap<String, String> properties = new LinkedHashMap<>();
        List<String> watched = new ArrayList<>();
        TenantOptions options = tenant.options();
        if (apis.contains(TenantApi.TRAINING)) {
            String prefix = "trainwatch.tenant." + ALIAS;
            properties.put(prefix + ".base-url", tenant.baseUrl().toString());
            putClient(properties, prefix, options);
            tenant.jobs().forEach(job -> watched.add(ALIAS + ":" + job.project() + "/" + job.job()));
        }
        if (apis.contains(TenantApi.TASKS)) {
            String alias = apis.contains(TenantApi.TRAINING) ? TASKS_ALIAS : ALIAS;
            String prefix = "trainwatch.tenant." + alias;
            properties.put(prefix + ".base-url", tenant.tasksBaseUrl().toString());
            properties.put(prefix + ".api", "tasks");
            if (oauth) {
                putClient(properties, prefix, options);
            } else {
                properties.put(prefix + ".api-key", options.apiKey());
            }
            tenant.tasks().all().forEach(task -> watched.add(alias + ":" + task.projectId() + "/" + task.taskId()));
        }
        properties.put("trainwatch.webhook." + ALIAS + ".url", receiver.url().toString());
        properties.put("trainwatch.webhook." + ALIAS + ".secret", receiver.secret());
        // Both are here, whatever proxy this machine has for others.
        properties.put("trainwatch.no-proxy", "127.0.0.1");
        properties.put("trainwatch.jobs", String.join(", ", watched));
        return properties;
    }

    /**
     * The configuration, besides {@link #properties}, that has what the tenant's tasks use told by the Prometheus beside
     * it.
     *
     * @param apis as they were given there
     */
    public LinkedHashMap<String, String> prometheusProperties(Set<TenantApi> apis) {
        LinkedHashMap<String, String> properties = new LinkedHashMap<>();
        String alias = apis.contains(TenantApi.TRAINING) ? TASKS_ALIAS : ALIAS;
        String prefix = "trainwatch.tenant." + alias + ".prometheus";
        properties.put(prefix + ".url", tenant.prometheusUrl().toString());
        properties.put(prefix + ".cpu-query", "task_cpu_percent{project=\"$project\"}");
        properties.put(prefix + ".memory-query", "task_memory_percent{project=\"$project\"}");
        properties.put(prefix + ".gpu-memory-query", "task_gpu_memory_bytes{project=\"$project\"}");
        properties.put(prefix + ".job-label", "job");
        return properties;
    }

    private static void putClient(LinkedHashMap<String, String> properties, String prefix, TenantOptions options) {
        properties.put(prefix + ".client-id", options.clientId());
        properties.put(prefix + ".client-secret", options.clientSecret());
    }

    /** Stops both at once. */
    @Override
    public void close() {
        tenant.close();
        receiver.close();
    }
}
