package io.trainwatch;

import io.trainwatch.api.Api;
import io.trainwatch.api.DeliveriesApi;
import io.trainwatch.api.Explanations;
import io.trainwatch.api.Health;
import io.trainwatch.api.HostGuard;
import io.trainwatch.api.HttpSettings;
import io.trainwatch.api.JobsApi;
import io.trainwatch.api.ServiceApi;
import io.trainwatch.measure.Measures;
import io.trainwatch.optional.metrics.Measuring;
import io.trainwatch.optional.metrics.Metrics;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.watch.Watch;
import io.trainwatch.webhook.EventList;
import io.trainwatch.webhook.Undelivered;
import jakarta.servlet.http.HttpServlet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.util.ObjectHelper;

/** What shows the core of one context to others: the API, its health, and what is measured. */
final class ApiBeans {

    private final CamelContext context;
    private final TrainwatchBeans core;
    private final Settings settings;
    private final boolean isEmbedded;
    private final EventList events;
    private final Health health;

    /** @param troubles what somebody should see to, though the service does its work, by what it is about */
    ApiBeans(
            CamelContext context,
            TrainwatchBeans core,
            boolean isEmbedded,
            Map<String, Supplier<List<String>>> troubles) {
        this.context = context;
        this.core = core;
        this.settings = core.settings();
        this.isEmbedded = isEmbedded;
        this.events = new EventList(core.store(), core.clock());
        this.health = new Health(
                core.watch().list(),
                core.journal(),
                core.auditHealth(),
                core.watch().leases(),
                core.outbox()::targetStates,
                troubles);
    }

    void bind() {
        Watch watch = core.watch();
        JobsApi jobs = new JobsApi(
                watch.list(),
                watch.orderedCancels(),
                tenants(),
                core.policies(),
                core.policyFiles(),
                core.store(),
                new Explanations(core.auditOptions(), core.store()),
                watch.faults());
        core.bind("trainwatchJobsApi", jobs);
        core.bind(
                "trainwatchApi",
                new Api(
                        watch.list(),
                        watch.leases(),
                        watch.commits(),
                        core.clients(),
                        health,
                        jobs,
                        new DeliveriesApi(
                                core.outbox(),
                                events,
                                new Undelivered(core.store(), core.journal(), core.clock()),
                                core.clients(),
                                core.clock()),
                        new ServiceApi(
                                tenants(),
                                core.store(),
                                watch.list(),
                                watch.looks().nodes(),
                                core.policyFiles(),
                                core.auditHealth(),
                                core.auditOptions().keys(),
                                health,
                                core.clock()),
                        isEmbedded
                                ? settings.get(HttpSettings.EmbeddedHttp.EMBEDDED)
                                        .path()
                                        .orElse("")
                                : ""));
        Health.HealthChecks.of(health).forEach(check -> core.bind(check.getId(), check));
    }

    /** Stands before the routes of the API; our own server has its guard before them. */
    Processor guard() {
        HttpSettings http = settings.get(HttpSettings.HTTP);
        boolean asks =
                isEmbedded && !settings.get(HttpSettings.EmbeddedHttp.EMBEDDED).protectedByHost();
        return asks
                ? new HostGuard(
                        http.token().map(Secret::reveal), http.readToken().map(Secret::reveal))
                : request -> {};
    }

    /** What is served below {@code /observe} where no host does it, by path. */
    Map<String, HttpServlet> observed(Consumer<Measures> measure) {
        Map<String, HttpServlet> observed = new LinkedHashMap<>();
        observed.put("/health/*", new Health.Probes(health));
        if (hasMicrometer()) {
            observed.put("/metrics", Measuring.alone(context, measured(), measure));
        }
        return observed;
    }

    /** In a runtime that has a registry of metrics, all is measured into that. */
    void measureIntoHost(Consumer<Measures> measure) {
        if (hasMicrometer()) {
            Measuring.intoHost(context, measured()).ifPresent(measure);
        }
    }

    /** Optional: another runtime may have none. */
    private static boolean hasMicrometer() {
        return ObjectHelper.loadClass("io.micrometer.core.instrument.MeterRegistry") != null;
    }

    private Metrics.Sources measured() {
        return new Metrics.Sources(
                tenants(),
                core.outbox().targets().keySet(),
                core.store(),
                core.watch(),
                core.outbox(),
                events,
                core.auditHealth(),
                core.auditOptions().keys(),
                core.clock());
    }

    private Set<String> tenants() {
        return settings.get(TenantSettings.TENANTS).keySet();
    }
}
