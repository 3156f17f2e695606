package io.trainwatch.optional.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The metrics as Prometheus reads them, where no host shows them. */
public final class Scrape extends HttpServlet {

    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final transient PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

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
