package io.trainwatch.optional.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCompletedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Camel's own metrics, under the names that camel-micrometer gives them, where no host makes them. */
public final class CamelMetrics extends EventNotifierSupport {

    private final MeterRegistry registry;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    private CamelMetrics(MeterRegistry registry) {
        this.registry = registry;
        setIgnoreCamelContextEvents(true);
        setIgnoreCamelContextInitEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreStepEvents(true);
        setIgnoreExchangeCreatedEvent(true);
        setIgnoreExchangeSendingEvents(true);
        setIgnoreExchangeSentEvents(true);
        setIgnoreExchangeRedeliveryEvents(true);
    }

    /** Begins to count the exchanges of the context. */
    public static void of(CamelContext context, MeterRegistry registry) throws Exception {
        Gauge.builder(
                        "camel.exchanges.inflight",
                        context,
                        each -> each.getInflightRepository().size())
                .description("Exchanges that are under way.")
                .register(registry);
        Gauge.builder("camel.routes.added", context, each -> each.getRoutes().size())
                .description("Routes that there are.")
                .register(registry);
        Gauge.builder(
                        "camel.routes.running",
                        context,
                        each -> each.getRoutes().stream()
                                .filter(route -> each.getRouteController().getRouteStatus(route.getRouteId())
                                        == ServiceStatus.Started)
                                .count())
                .description("Routes that run.")
                .register(registry);
        CamelMetrics metrics = new CamelMetrics(registry);
        metrics.setCamelContext(context);
        metrics.start();
        context.getManagementStrategy().addEventNotifier(metrics);
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeCompletedEvent || event instanceof ExchangeFailedEvent) {
            String route = ((ExchangeEvent) event).getExchange().getFromRouteId();
            if (route != null) {
                count("camel.exchanges.total", "Exchanges that ended.", route);
                if (event instanceof ExchangeFailedEvent) {
                    count("camel.exchanges.failed", "Exchanges that failed.", route);
                } else {
                    count("camel.exchanges.succeeded", "Exchanges that did not fail.", route);
                }
            }
        }
    }

    private void count(String name, String description, String route) {
        counters.computeIfAbsent(
                        name + " " + route,
                        key -> Counter.builder(name)
                                .description(description)
                                .tag("route.id", route)
                                .register(registry))
                .increment();
    }
}
