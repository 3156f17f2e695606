package io.trainwatch.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.cli.check.Check;
import io.trainwatch.cli.check.Preflight;
import io.trainwatch.settings.Settings;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description =
                "Looks at all that is needed to watch: credentials, rights, projects, clocks, webhook targets, store,"
                        + " directories, policy files, port. Changes nothing and sends no event; takes 15 seconds at"
                        + " most. Exits with 0, or with 2 where something will not work.")
final class CheckCommand extends CliCommand {

    @Option(names = "--json", description = "Prints one JSON document instead of a table.")
    private boolean json;

    @Mixin
    private ConfigOption config;

    @Override
    protected int run() throws Exception {
        System.setProperty("trainwatch.log.level", "ERROR"); // what is wrong stands in the table
        Settings settings = config.read(Map.of());
        List<Check> checks = new ArrayList<>(List.of(Check.ok("settings", "files", config.describe())));
        try (Preflight preflight = Preflight.of(settings, Service.problemsOfRoutes(config), InstantSource.system())) {
            checks.addAll(preflight.all());
        }
        PrintWriter out = out();
        out.print(json ? CheckTable.json(checks) : CheckTable.text(checks));
        return checks.stream().anyMatch(check -> check.status() == Check.Status.PROBLEM) ? ExitCode.USAGE : ExitCode.OK;
    }

    /** What was checked, for people and for programs. */
    private static final class CheckTable {

        private static final Map<Check.Status, String> SIGNS = new EnumMap<>(Map.of(
                Check.Status.OK, "ok",
                Check.Status.WARNING, "warning",
                Check.Status.PROBLEM, "PROBLEM",
                Check.Status.UNKNOWN, "-"));

        private CheckTable() {}

        static String text(List<Check> checks) {
            Table table = new Table();
            for (Check check : checks) {
                table.row(SIGNS.get(check.status()), check.subject(), check.what(), check.finding());
                if (check.remedy() != null) {
                    table.row("", "", "", "-> " + check.remedy());
                }
            }
            long problems = count(checks, Check.Status.PROBLEM);
            long seen = count(checks, Check.Status.WARNING);
            return table.text() + String.format("%nProblems: %d, warnings: %d.%n", problems, seen);
        }

        static String json(List<Check> checks) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("ok", count(checks, Check.Status.PROBLEM) == 0);
            ArrayNode rows = answer.putArray("checks");
            for (Check check : checks) {
                rows.addObject()
                        .put("subject", check.subject())
                        .put("what", check.what())
                        .put("status", check.status().name().toLowerCase(Locale.ROOT))
                        .put("finding", check.finding())
                        .put("remedy", check.remedy());
            }
            return answer.toPrettyString() + System.lineSeparator();
        }

        private static long count(List<Check> checks, Check.Status status) {
            return checks.stream().filter(check -> check.status() == status).count();
        }
    }
}
