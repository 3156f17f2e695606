package io.trainwatch.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.cli.check.Check;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was checked, for people and for programs. */
final class CheckTable {

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
