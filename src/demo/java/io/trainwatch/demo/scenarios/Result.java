package io.trainwatch.demo.scenarios;

import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a command ended.
 *
 * @param exit what it exited with; -1 where it had to be killed because it did not end
 * @param output what it printed, to both streams
 */
record Result(int exit, String output, Duration took, Simulator simulator) {

    /** A row of the summary: the job, how it ended, and more. */
    private static final Pattern ROW = Pattern.compile(
            "^demo:(?:\\S+|\\(.*?\\)|\\S+ \\(.*?\\)) +(COMPLETED|FAILED|CANCELLED|UNKNOWN|RUNNING|PENDING) +(.*)$");

    /** Trainings that were started at the tenant. */
    int started() {
        return simulator.tenant().tasks().started().size();
    }

    long requests(RequestKind kind) {
        return simulator.tenant().requests().count(kind);
    }

    /** How often an event of this type was delivered with a valid signature. */
    long events(String type) {
        return simulator.receiver().deliveries().stream()
                .filter(delivery -> delivery.answered() < 300)
                .map(Delivery::bodyText)
                .filter(body -> body.contains("\"event_type\":\"" + type + "\""))
                .count();
    }

    /** What the command said of the training in the end. */
    String told() {
        List<String> lines = output.lines().toList();
        // The summary comes last, after lines of progress that look alike.
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher row = ROW.matcher(lines.get(i));
            if (row.find()) {
                String why = row.group(1).equals("UNKNOWN") ? ": " + firstSentence(row.group(2)) : "";
                return row.group(1) + why;
            }
        }
        return "no summary";
    }

    private static String firstSentence(String text) {
        int end = text.indexOf(". ");
        return end < 0 ? text.strip() : text.substring(0, end).strip();
    }
}
