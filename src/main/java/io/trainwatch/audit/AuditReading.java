package io.trainwatch.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.trainwatch.text.SafeText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the lines of audit files about some job, oldest first, and holds one of them at a time. Checks nothing: whether
 * the lines are what was written is for {@link AuditVerification}.
 */
public final class AuditReading {

    private AuditReading() {}

    /**
     * One line.
     *
     * @param file where it stands
     * @param number its number in the file, from 1
     * @param at when it happened, ISO-8601, UTC
     * @param action mostly a name of {@link AuditAction}
     * @param details an object
     */
    public record Line(
            Path file,
            long number,
            String at,
            long seq,
            String tenant,
            String projectId,
            String jobId,
            String action,
            JsonNode details) {}

    /**
     * Reads files, and the audit files in folders, in the order of their names.
     *
     * @param jobId a job's id; lines about others are passed over
     * @throws IOException where a file cannot be read
     */
    public static void ofJob(List<Path> paths, String jobId, Consumer<Line> lines) throws IOException {
        String wanted = "job_id\":\"" + jobId + "\"";
        List<Path> files = AuditFile.byFolder(paths).stream()
                .flatMap(List::stream)
                .sorted(AuditFile.order())
                .toList();
        for (Path file : files) {
            try (FileLines in = new FileLines(file)) {
                while (in.next()) {
                    if (in.holds(wanted)) {
                        read(file, in.number(), in.parse(), jobId, lines);
                    }
                }
            }
        }
    }

    /** What is no line has nothing to say; the verification names it. */
    private static void read(Path file, long number, ParsedLine line, String jobId, Consumer<Line> lines) {
        if (line.isLine() && line.job().equals(jobId)) {
            lines.accept(new Line(
                    file,
                    number,
                    line.timestamp(),
                    line.seq(),
                    SafeText.of(line.tenant()),
                    SafeText.of(line.project()),
                    SafeText.of(line.job()),
                    SafeText.of(line.action()),
                    line.details()));
        }
    }
}
