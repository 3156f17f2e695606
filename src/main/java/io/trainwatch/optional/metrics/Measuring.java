package io.trainwatch.optional.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.trainwatch.measure.Measures;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;

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
}
