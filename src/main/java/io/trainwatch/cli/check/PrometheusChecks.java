package io.trainwatch.cli.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.http.Clients;
import io.trainwatch.optional.prometheus.Figures;
import io.trainwatch.optional.prometheus.PrometheusSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Whether a tenant's Prometheus takes the queries that are configured. */
final class PrometheusChecks {

    private static final String WHAT = "prometheus";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final PrometheusSettings prometheus;
    private final SingleRequests requests;

    PrometheusChecks(PrometheusSettings prometheus, SingleRequests requests) {
        this.prometheus = prometheus;
        this.requests = requests;
    }

    String subject() {
        return "tenant " + prometheus.tenant();
    }

    Check check() {
        Map<String, String> headers = Figures.headers(prometheus);
        Duration ahead = Duration.ZERO;
        try {
            for (Map.Entry<String, String> query :
                    Figures.examples(prometheus.tenant(), prometheus).entrySet()) {
                SingleRequests.Answer answer =
                        requests.get(Clients.prometheus(prometheus.tenant()), address(query.getValue()), headers);
                if (!answer.isSuccess()) {
                    return refused(query.getKey(), answer.status());
                }
                Optional<String> problem = Figures.problemOf(MAPPER, answer.body());
                if (problem.isPresent()) {
                    return Check.problem(
                            subject(),
                            WHAT,
                            "its answer cannot be used: " + problem.get(),
                            "Correct " + key(query.getKey()) + ".");
                }
                ahead = answer.ahead().orElse(Duration.ZERO);
            }
        } catch (IOException e) {
            return Unreachable.check(subject(), WHAT, prometheus.url(), key("url"), e);
        }
        return ahead.abs().compareTo(Figures.MAX_SKEW) <= 0
                ? Check.ok(subject(), WHAT, "takes the queries")
                : Check.warning(
                        subject(),
                        WHAT,
                        "takes the queries, but its clock is " + ahead.abs().toSeconds() + " s "
                                + (ahead.isNegative() ? "behind" : "ahead of") + " this machine's",
                        "Set both clocks by NTP: samples that are older than " + key("max-age") + " count as missing.");
    }

    private Check refused(String query, int status) {
        return switch (status) {
            case 400, 422 ->
                Check.problem(subject(), WHAT, status + ": it calls the query wrong", "Correct " + key(query) + ".");
            case 401, 403 ->
                Check.problem(
                        subject(), WHAT, status + ": it refuses the token", "Check " + key("token") + " and .headers.");
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
        return "trainwatch.tenant." + prometheus.tenant() + ".prometheus." + name;
    }
}
