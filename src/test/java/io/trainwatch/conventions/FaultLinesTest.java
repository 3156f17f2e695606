package io.trainwatch.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may repeat is logged by {@code RepeatedFaults}, so that no fault fills the log. */
class FaultLinesTest {

    private static final Pattern LINE = Pattern.compile("(?:LOG|getLogger\\([^)]*\\))\\s*\\.(?:warn|error)\\(");

    /** Where a line is written all the same, and why it does not repeat. */
    private static final Map<String, String> ALLOWED = Map.ofEntries(
            Map.entry("ClockKeeper.java", "once for each time that a clock is set"),
            Map.entry("RouteFiles.java", "of each file, at the start"),
            Map.entry("RoutesOfContext.java", "of each route of the host, at the start"),
            Map.entry("audit/AuditExport.java", "at the stop"),
            Map.entry("audit/AuditFolder.java", "once"),
            Map.entry("audit/AuditRetention.java", "once an hour"),
            Map.entry(
                    "audit/Reconciliation.java",
                    "of each thing that somebody did to the audit, as in the audit itself"),
            Map.entry("cli/RunCommand.java", "of each finding, at the start"),
            Map.entry("cli/Warmup.java", "at the start"),
            Map.entry("errors/RetryAfter.java", "once for each way to write a time, of a few"),
            Map.entry("http/FileTls.java", "once for each version of a file"),
            Map.entry("rules/Policies.java", "once for each policy"),
            Map.entry("store/OwnFiles.java", "once"),
            Map.entry("store/SqliteLibrary.java", "at the start"),
            Map.entry("store/Store.java", "at the start"),
            Map.entry("tenant/TokenEndpoint.java", "once"),
            Map.entry("watch/CancelBudget.java", "once until there is room again"),
            Map.entry("watch/Outcomes.java", "a transition of a job"),
            Map.entry("webhook/Claims.java", "at the stop"),
            Map.entry("webhook/Settlements.java", "a transition of a target"));

    @Test
    void noFaultHasALineForEachTimeItHappens() throws IOException {
        Path root = Path.of("src", "main", "java", "io", "trainwatch");
        TreeSet<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (LINE.matcher(Files.readString(file)).find()) {
                    found.add(root.relativize(file).toString().replace('\\', '/'));
                }
            }
        }
        assertThat(found)
                .as("files that log at WARN or ERROR themselves; what is gone is to be taken off the list")
                .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }
}
