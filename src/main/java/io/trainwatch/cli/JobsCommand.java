package io.trainwatch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "jobs", description = "Shows the jobs of a running service, those in trouble first.")
final class JobsCommand extends CliCommand {

    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final int MAX_JOBS = 1_000;
    /** To the upper left, and what is below away. */
    private static final String CLEARED = "\033[H\033[2J";

    @Parameters(
            arity = "0..1",
            paramLabel = "TEXT",
            description = "Only jobs with this in their name tenant:project/job.")
    private String text = "";

    @Option(names = "--stage", paramLabel = "STAGE", description = "Only these, such as RUNNING or FAILED.")
    private String stage = "";

    @Option(names = "--trouble", description = "Only jobs in trouble.")
    private boolean trouble;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "So many at most, up to 1000; 50 by default.")
    private int limit;

    @Option(names = "--watch", description = "Shows them anew every two seconds, until it is ended.")
    private boolean watch;

    @Option(names = "--json", description = "Prints the JSON of the API; with --watch a line each time.")
    private boolean json;

    @Mixin
    private RunningService service;

    private final InstantSource clock = InstantSource.system();

    @Override
    protected int run() throws InterruptedException {
        if (limit < 1 || limit > MAX_JOBS) {
            throw new UsageException("--limit is a number from 1 to " + MAX_JOBS + ".");
        }
        PrintWriter out = out();
        try (RunningService.Calls calls = service.open()) {
            show(shown(calls), out);
            while (watch) {
                Thread.sleep(BETWEEN.toMillis());
                show(shownOrWhyNot(calls), out);
            }
        }
        return ExitCode.OK;
    }

    private void show(String shown, PrintWriter out) {
        boolean anew = watch && !json;
        if (anew && System.console() != null) {
            System.out.print(CLEARED); // not through what keeps the texts of others from doing this
            System.out.flush();
        }
        out.print(shown);
        if (anew && System.console() == null) {
            out.println();
        }
        out.flush();
    }

    /** A service that is started anew is waited for. */
    private String shownOrWhyNot(RunningService.Calls calls) {
        try {
            return shown(calls);
        } catch (UsageException e) {
            if (json) {
                throw e;
            }
            return e.getMessage() + System.lineSeparator();
        }
    }

    private String shown(RunningService.Calls calls) {
        RunningService.Response response = calls.get("/api/jobs?sort=trouble&samples=1&limit=" + limit
                + (text.isEmpty() ? "" : "&text=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                + (stage.isEmpty() ? "" : "&stage=" + URLEncoder.encode(stage, StandardCharsets.UTF_8))
                + (trouble ? "&trouble=true" : ""));
        if (json) {
            return (watch ? response.body().toString() : response.body().toPrettyString()) + System.lineSeparator();
        }
        return table(response);
    }

    private String table(RunningService.Response response) {
        if (response.body().isEmpty()) {
            boolean all = text.isEmpty() && stage.isEmpty() && !trouble;
            return (all ? "No job is watched yet: name some in trainwatch.jobs." : "No job is like that.")
                    + System.lineSeparator();
        }
        Table table = new Table().row("JOB", "STAGE", "PROGRESS", "CPU", "MEMORY", "ENDS IN", "NEXT LOOK", "");
        response.body().forEach(job -> table.row(row(job)));
        return table.text()
                + (response.more()
                        ? "There are more: narrow them by TEXT, --stage or --trouble, or raise --limit."
                                + System.lineSeparator()
                        : "");
    }

    private String[] row(JsonNode job) {
        JsonNode look = job.path("recent").path(0);
        String why = job.path("next_look_why").asText("");
        return new String[] {
            job.path("id").asText(),
            job.path("stage").asText(),
            Figures.percent(figure(job.path("progress"))),
            Figures.percent(figure(look.path("cpu"))),
            Figures.percent(figure(look.path("memory"))),
            job.path("eta").isObject()
                    ? until(job.path("eta").path("from")) + " to "
                            + until(job.path("eta").path("to"))
                    : "-",
            job.path("next_look_at").isTextual()
                    ? until(job.path("next_look_at")) + (why.isEmpty() ? "" : ", " + why)
                    : "-",
            job.path("trouble").isTextual()
                    ? job.path("trouble").asText() + ": "
                            + job.path("trouble_text").asText()
                    : job.path("exempt").asBoolean() ? "exempt" : ""
        };
    }

    private static Double figure(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : null;
    }

    private String until(JsonNode time) {
        return Figures.rough(Duration.between(clock.instant(), Instant.parse(time.asText())));
    }
}
