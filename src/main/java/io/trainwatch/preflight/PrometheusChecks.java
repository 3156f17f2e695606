package io.trainwatch.preflight;

import io.trainwatch.figures.Figures;
import io.trainwatch.settings.TenantSettings;
import io.trainwatch.settings.TenantSettings.Prometheus;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Whether a tenant's Prometheus takes the queries that are configured. */
final class PrometheusChecks {

    private static final String WHAT = "prometheus";

    private final TenantSettings tenant;
    private final Prometheus prometheus;
    private final Caller caller;

    PrometheusChecks(TenantSettings tenant, Caller caller) {
        this.tenant = tenant;
        this.prometheus = tenant.prometheus().orElseThrow();
        this.caller = caller;
    }

    String subject() {
        return "tenant " + tenant.alias();
    }

    Check check() {
        Map<String, String> headers = prometheus
                .token()
                .map(token -> Map.of("Authorization", "Bearer " + token.reveal()))
                .orElse(Map.of());
        try {
            for (Map.Entry<String, String> query :
                    Figures.examples(tenant.alias(), prometheus).entrySet()) {
                Caller.Answer answer = caller.get(address(query.getValue()), headers);
                if (!answer.isSuccess()) {
                    return refused(query.getKey(), answer.status());
                }
            }
        } catch (IOException e) {
            return Unreachable.check(subject(), WHAT, prometheus.url(), key("url"), e);
        }
        return Check.ok(subject(), WHAT, "takes the queries");
    }

    private Check refused(String query, int status) {
        return switch (status) {
            case 400, 422 ->
                Check.problem(subject(), WHAT, status + ": it calls the query wrong", "Correct " + key(query) + ".");
            case 401, 403 ->
                Check.problem(subject(), WHAT, status + ": it refuses the token", "Check " + key("token") + ".");
            case 404 ->
                Check.problem(
                        subject(),
                        WHAT,
                        "404: there is no Prometheus HTTP API",
                        "Check " + key("url") + "; it is what stands before /api/v1.");
            default -> Check.problem(subject(), WHAT, status + ": it fails", "See to the Prometheus.");
        };
    }

    private URI address(String query) {
        return URI.create(prometheus.url() + "/api/v1/query?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    private String key(String name) {
        return "trainwatch.tenant." + tenant.alias() + ".prometheus." + name;
    }
}
