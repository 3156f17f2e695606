package io.trainwatch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description =
                "Says how a running service does, and what somebody should see to. Exits with 0, with 1 where it is"
                        + " not ready (no looks, no audit), or with 2 where it cannot be asked.")
final class StatusCommand extends CliCommand {

    /** What is read, by its name in the document of --json. */
    private static final List<String> PARTS = List.of("health", "statistics", "troubles", "targets", "audit", "nodes");

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Mixin
    private RunningService service;

    @Override
    protected int run() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        String address;
        try (RunningService.Calls calls = service.open()) {
            address = calls.address();
            // Health is 503 where it is not ready, and says why.
            PARTS.forEach(part -> all.set(part, calls.get("/api/" + part).body()));
        }
        PrintWriter out = out();
        out.print(json ? all.toPrettyString() + System.lineSeparator() : text(address, all));
        return isReady(all) ? ExitCode.OK : ExitCode.NOT_READY;
    }

    private static boolean isReady(JsonNode all) {
        return all.at("/health/status").asText().equals("UP");
    }

    private static String text(String address, JsonNode all) {
        JsonNode figures = all.get("statistics");
        Table facts = new Table()
                .row("Trainwatch", address)
                .row("ready", isReady(all) ? "yes" : "NO")
                .row("jobs", stages(figures.path("jobs_by_stage")))
                .row("in trouble", figures.path("trouble_count").asText())
                .row(
                        "looks",
                        String.format(
                                Locale.ROOT,
                                "%s, %s under way; half begin within %.3f s of their time, 99 of 100 within %.3f s",
                                figures.path("look_count").asText(),
                                figures.path("looks_under_way").asText(),
                                figures.path("look_lag_p50_seconds").asDouble(),
                                figures.path("look_lag_p99_seconds").asDouble()));
        all.get("targets")
                .forEach(target -> facts.row(
                        "target " + target.path("name").asText(),
                        target.path("text").asText() + "; "
                                + target.path("pending").asText() + " pending, "
                                + target.path("dead").asText() + " dead"));
        JsonNode audit = all.get("audit");
        facts.row(
                "audit",
                audit.path("last_line").asText() + " lines, "
                        + audit.path("waiting").asText() + " waiting"
                        + (audit.path("whole").asBoolean()
                                ? ""
                                : "; NOT WHOLE: " + audit.path("fault").asText()));
        // Behind the host stand its process and when that began.
        all.get("nodes")
                .forEach(node -> facts.row(
                        "node " + node.path("name").asText().replaceFirst("/.*", ""),
                        node.path("leases").asText() + " looks under way, seen at "
                                + node.path("seen_at").asText()));
        Table needs = new Table();
        all.get("troubles").forEach(trouble -> {
            needs.row("- " + trouble.path("text").asText());
            if (trouble.path("remedy").isTextual()) {
                needs.row("  -> " + trouble.path("remedy").asText());
            }
        });
        long inTrouble = figures.path("trouble_count").asLong();
        String headline = !needs.isEmpty()
                ? "To be seen to:"
                : inTrouble > 0 ? "Jobs in trouble: see trainwatch jobs --trouble" : "Nothing needs you.";
        return facts.text() + System.lineSeparator() + headline + System.lineSeparator() + needs.text();
    }

    private static String stages(JsonNode stages) {
        List<String> words = new ArrayList<>();
        stages.properties().forEach(stage -> {
            if (stage.getValue().asLong() > 0) {
                words.add(stage.getValue().asText() + " " + stage.getKey().toLowerCase(Locale.ROOT));
            }
        });
        return words.isEmpty() ? "none" : String.join(", ", words);
    }
}
