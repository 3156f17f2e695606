package io.trainwatch.api;

import io.trainwatch.api.Health.Check;
import io.trainwatch.api.Health.Status;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells whoever runs the service whether it is live and ready, under the paths of Camel's observability services. Why not
 * is for callers that are let in.
 */
public final class Probes extends HttpServlet {

    private final transient Health health;

    public Probes(Health health) {
        this.health = health;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        List<Check> checks = new ArrayList<>();
        switch (path) {
            case "/live" -> checks.add(health.live());
            case "/ready" -> checks.addAll(health.ready());
            case "", "/" -> {
                checks.add(health.live());
                checks.addAll(health.ready());
            }
            default -> {
                response.sendError(404);
                return;
            }
        }
        boolean isDown = checks.stream().anyMatch(check -> check.status() == Status.DOWN);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", isDown ? "DOWN" : "UP");
        if (Caller.of(request) != Caller.UNKNOWN) {
            answer.put("checks", checks.stream().map(Probes::described).toList());
        }
        byte[] body = JsonAnswer.text(answer).getBytes(StandardCharsets.UTF_8);
        response.setStatus(isDown ? 503 : 200);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static Map<String, String> described(Check check) {
        Map<String, String> described = new LinkedHashMap<>();
        described.put("name", check.name());
        described.put("status", check.status().name());
        if (!check.reason().isEmpty()) {
            described.put("reason", check.reason());
        }
        return described;
    }
}
