package io.trainwatch.conventions;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The page {@code docs/pipeline.md}, made from the files of {@code routes/}. */
final class PipelinePage {

    private static final String INTRO = """
            # The pipeline

            <!-- Made from the routes. To renew: mvn -q test -Dtest=PipelinePageTest -Dtrainwatch.renew=true -->

            Each box is a route. A solid arrow is a call, or a queue that is waited for; a thick one is a queue that is not. A
            dotted arrow leads to what a route reads or writes outside the pipeline. What a failure leads to is not drawn: each
            route names its rules (`routeConfigurationId`), which `errors/ErrorHandling.java` holds.

            """;

    private static final int LINE = 34;
    private static final Set<String> WITHOUT_STORE = Set.of(
            "trainwatchTrainingCalls",
            "trainwatchTenants",
            "trainwatchReports",
            "trainwatchFigures",
            "trainwatchOutcomes.judge",
            "trainwatchDeliveries.sign");

    /** What is outside the routes, in the order of the picture. */
    private enum Outside {
        START("start([\"%s\"])", "Clock"),
        CALLER("caller([\"%s\"])", "Caller of the API"),
        TENANT("tenant[/\"%s\"/]", "Tenant"),
        TOKENS("tokens[/\"%s\"/]", "Token endpoint"),
        TARGET("target[/\"%s\"/]", "Webhook target"),
        FIGURES("figures[/\"%s\"/]", "Prometheus"),
        FILE("file[(\"%s\")]", "Audit file"),
        STORE("store[(\"%s\")]", "Store");

        private final String node;

        Outside(String shape, String title) {
            node = shape.formatted(title);
        }

        String id() {
            return name().toLowerCase(Locale.ROOT) + "_";
        }

        String declaration() {
            return node.replaceFirst("^[a-z]+", id());
        }
    }

    private final List<RouteFile> files;
    private final Set<String> lines = new LinkedHashSet<>();

    private PipelinePage(List<RouteFile> files) {
        this.files = files;
    }

    /** The whole page, with {@code \n} at the end of every line. */
    static String markdown() {
        PipelinePage page = new PipelinePage(RouteFile.all());
        return INTRO + "```mermaid\n" + page.flowchart() + "```\n\n" + page.table();
    }

    private String flowchart() {
        lines.add("flowchart TD");
        for (Outside outside : Outside.values()) {
            lines.add(outside.declaration());
        }
        for (RouteFile file : files) {
            lines.add("%s[\"<b>%s</b><br/>%s\"]".formatted(node(file.id()), file.id(), wrapped(file.description())));
        }
        files.forEach(this::addArrows);
        JavaSources.sends().forEach(this::addArrowsFromJava);
        return String.join("\n    ", lines) + "\n";
    }

    private void addArrows(RouteFile file) {
        String from = node(file.id());
        if (!file.isRoute()) {
            lines.add(Outside.CALLER.id() + " --> " + from);
        } else if (file.from().startsWith("trainwatch-quartz:")) {
            lines.add(Outside.START.id() + " --> " + from);
        }
        for (RouteFile.Send send : file.sends()) {
            String arrow = send.waits() ? "-->" : "==>";
            lines.add(from + " " + arrow + label(send.condition()) + " " + node(send.to()));
        }
        for (RouteFile.Step step : file.steps()) {
            if (step.kind().startsWith("to")) {
                addArrowToEndpoint(from, step.text("uri"));
            }
            if (step.kind().equals("bean")) {
                addArrowToStore(from, step);
            }
            if (step.kind().equals("bean") && step.text("method").equals("authorize")) {
                lines.add(from + " -->|no valid token at hand| " + node("trainwatch-fetch-token"));
            }
        }
    }

    private void addArrowToEndpoint(String from, String uri) {
        switch (uri.split(":", 2)[0]) {
            case "direct", "seda", "bean-validator" -> {
                // Inside the pipeline.
            }
            case "trainwatch-tenant-http" ->
                lines.add(from + " -.-> " + (uri.contains("tokenUrl") ? Outside.TOKENS : Outside.TENANT).id());
            case "${variable.endpoint}" -> lines.add(from + " -.-> " + Outside.TARGET.id());
            case "trainwatch-prometheus-http" -> lines.add(from + " -.-> " + Outside.FIGURES.id());
            case "file" -> lines.add(from + " -.-> " + Outside.FILE.id());
            default -> throw new IllegalStateException("Say in PipelinePage what is behind " + uri);
        }
    }

    private void addArrowToStore(String from, RouteFile.Step step) {
        String call = step.text("ref") + "." + step.text("method");
        if (WITHOUT_STORE.contains(call) || WITHOUT_STORE.contains(step.text("ref"))) {
            return;
        }
        switch (step.text("ref")) {
            case "trainwatchJobsApi" -> lines.add(from + " -.-> " + Outside.STORE.id());
            case "trainwatchApi" -> lines.add(Outside.STORE.id() + " -.-> " + from);
            case "trainwatchConfiguredJobs",
                    "trainwatchDroppedFiles",
                    "trainwatchPolicyFiles",
                    "trainwatchProjectLists",
                    "trainwatchTrainings",
                    "trainwatchLeases",
                    "trainwatchOutcomes",
                    "trainwatchCancelIntents",
                    "trainwatchLooks",
                    "trainwatchCancels",
                    "trainwatchCancelDeadline",
                    "trainwatchFailedLooks",
                    "trainwatchOutbox",
                    "trainwatchDeliveries",
                    "trainwatchAuditExport",
                    "trainwatchForgetting",
                    "trainwatchOldEvents",
                    "trainwatchAuditRetention" -> lines.add(from + " -.-> " + Outside.STORE.id());
            default -> throw new IllegalStateException("Say in PipelinePage whether " + call + " uses the store");
        }
    }

    private void addArrowsFromJava(String type, Set<String> routes) {
        switch (type) {
            case "WakeUp" ->
                routes.forEach(route -> lines.add(Outside.STORE.id() + " ==>|after a commit| " + node(route)));
            case "TokenRoute" -> {
                // The token route: drawn where it is used.
            }
            case "JobsEndpoint" -> routes.forEach(route -> lines.add(Outside.CALLER.id() + " --> " + node(route)));
            case "ErrorHandling" ->
                routes.forEach(route ->
                        lines.add(node("trainwatch-fetch-status") + " -->|nothing has changed| " + node(route)));
            default -> throw new IllegalStateException("Say in PipelinePage when " + type + " sends to " + routes);
        }
    }

    private String table() {
        StringBuilder table = new StringBuilder("| chapter | route | what it does |\n|---|---|---|\n");
        String chapter = "";
        for (RouteFile file : files) {
            String link = file.name().equals(chapter) ? "" : "[`%s`](../routes/%1$s)".formatted(file.name());
            chapter = file.name();
            table.append("| %s | `%s` | %s |\n".formatted(link, file.id(), file.description()));
        }
        return table.toString();
    }

    /** A name that Mermaid does not take for a word of its own. */
    private static String node(String route) {
        return route.replace('-', '_');
    }

    private static String label(String condition) {
        return condition.isEmpty()
                ? ""
                : "|" + condition.replaceFirst("^when-", "").replace('-', ' ') + "|";
    }

    private static String wrapped(String description) {
        List<String> rows = new ArrayList<>();
        StringBuilder row = new StringBuilder();
        for (String word : description.replace("\"", "#quot;").split(" ")) {
            if (!row.isEmpty() && row.length() + word.length() >= LINE) {
                rows.add(row.toString());
                row.setLength(0);
            }
            row.append(row.isEmpty() ? "" : " ").append(word);
        }
        rows.add(row.toString());
        return String.join("<br/>", rows);
    }
}
