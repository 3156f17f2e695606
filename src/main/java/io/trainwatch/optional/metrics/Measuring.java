package io.trainwatch.optional.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.trainwatch.measure.Measures;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCompletedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Into which registry is measured. To be called only where Micrometer is there, of which no signature here speaks. */
public final class Measuring {

    private Measuring() {}

    /** Into the registry of the runtime; empty where it has none. */
    public static Optional<Measures> intoHost(CamelContext context, Metrics.Sources sources) {
        return Optional.ofNullable(context.getRegistry().findSingleByType(MeterRegistry.class))
                .map(registry -> new Metrics(registry, sources));
    }

    /** What shows a registry of our own, with Camel's metrics in it. */
    public static HttpServlet alone(CamelContext context, Metrics.Sources sources, Consumer<Measures> measure) {
        Scrape scrape = new Scrape();
        measure.accept(new Metrics(scrape.registry(), sources));
        try {
            CamelMetrics.of(context, scrape.registry());
        } catch (Exception e) {
            throw new IllegalStateException("Camel's metrics cannot be had", e);
        }
        return scrape;
    }

    /** The metrics as Prometheus reads them, where no host shows them. */
    private static final class Scrape extends HttpServlet {

        private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

        private final transient PrometheusMeterRegistry registry =
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        /** What is shown. */
        public MeterRegistry registry() {
            return registry;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
            response.setContentType(TYPE);
            response.setContentLength(text.length);
            response.getOutputStream().write(text);
        }
    }

    /** Camel's own metrics, under the names that camel-micrometer gives them, where no host makes them. */
    static final class CamelMetrics extends EventNotifierSupport {

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
            Gauge.builder(
                            "camel.routes.added",
                            context,
                            each -> each.getRoutes().size())
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
}
