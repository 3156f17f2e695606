package io.trainwatch.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.optional.history.JobFinding;
import io.trainwatch.optional.history.JobFinding.Outcome;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.optional.history.TrialSummary;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a trial found, for people and for programs.
 *
 * @param policy the file that was tried; {@code null} where each look was judged by the policy that it was judged by
 */
record TrialReport(String policy, TrialSummary summary) {

    /** Whether there is a policy to try, but no job that it is for: such a result says nothing about it. */
    boolean triedNothing() {
        return policy != null && summary.applied() == 0;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (JobFinding job : summary.notable()) {
            text.append(String.format("%s%n", name(job)));
            if (job.differs()) {
                text.append(String.format("  now:  %s%n  then: %s%n", now(job), then(job)));
            }
            if (job.isHealthyCancelled()) {
                text.append(String.format("  a healthy job, as it looks: it ended as COMPLETED%n"));
            }
            if (job.mismatch() != null) {
                JobFinding.Mismatch first = job.mismatch();
                text.append(String.format(
                        "  %d looks were not judged as recorded, the first is look %d at %s:%n    recorded: %s%n"
                                + "    replayed: %s%n",
                        job.mismatches(), first.look(), first.at(), first.recorded(), first.replayed()));
            }
        }
        if (!summary.notable().isEmpty()) {
            text.append(String.format("%n"));
        }
        notes().forEach(note -> text.append(note).append(String.format("%n")));
        return text.toString();
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (summary.jobs() == 0) {
            notes.add("The history " + summary.source() + " has no looks: see trainwatch.history.retention.");
            return notes;
        }
        notes.add(String.format(
                Locale.ROOT,
                "%s: %d jobs, %d looks, from %s to %s.",
                summary.source(),
                summary.jobs(),
                summary.looks(),
                summary.first(),
                summary.last()));
        if (policy == null) {
            notes.add(
                    summary.mismatches() == 0
                            ? "Every decision came out as it was recorded."
                            : summary.mismatches() + " decisions did not come out as they were recorded.");
        }
        if (triedNothing()) {
            notes.add("The policy applies to none of the " + summary.jobs() + " jobs, so nothing was tried.");
        } else {
            if (policy != null) {
                notes.add("The policy applies to " + summary.applied() + " of the " + summary.jobs() + " jobs.");
            }
            notes.add(String.format(
                    Locale.ROOT,
                    "%d jobs would have met the same, %d something else.",
                    summary.jobs() - summary.different(),
                    summary.different()));
        }
        if (summary.healthyCancelled() > 0) {
            notes.add(summary.healthyCancelled()
                    + " of those that would have been cancelled look healthy: they ended as COMPLETED.");
        }
        if (summary.cut() > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "Of %d jobs the first looks are not kept any more: they cannot be judged from their start, but from the"
                            + " first look that was recorded as a whole; %d looks before are left out.",
                    summary.cut(),
                    summary.skipped()));
        }
        if (summary.gaps() > 0) {
            notes.add("At " + summary.gaps() + " places looks are missing; the trial goes on after each.");
        }
        return notes;
    }

    private static String name(JobFinding job) {
        return job.job()
                + (job.epoch() > 1 ? " (watched for the " + job.epoch() + ". time)" : "")
                + (job.cut() ? " (its first looks are not kept any more)" : "");
    }

    private static String now(JobFinding job) {
        return describe(job.now(), false);
    }

    private static String then(JobFinding job) {
        String then = describe(job.then(), true);
        if (job.now().kind() == Outcome.Kind.CANCELLED && job.then().kind() != Outcome.Kind.CANCELLED) {
            return then + "; what it would have done without the cancel, nobody knows";
        }
        return then;
    }

    private static String describe(Outcome outcome, boolean would) {
        if (outcome.kind() == Outcome.Kind.LEFT) {
            return would ? "would have been left" : "was left";
        }
        String what = outcome.kind() == Outcome.Kind.CANCELLED ? "cancelled" : "reported, but left,";
        return (would ? "would have been " : "was ") + what + " at " + outcome.at() + ", look " + outcome.look()
                + (outcome.by() == null ? "" : ", by " + describe(outcome.by()));
    }

    private static String describe(Decided.Found found) {
        return found.rule() + " (" + plain(found.observed()) + ", limit " + plain(found.limit()) + ", since "
                + found.since() + ")";
    }

    /** To two decimals; what was decided on is in the JSON, to the last. */
    private static String plain(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value)
                        .setScale(2, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString()
                : Double.toString(value);
    }

    String json() throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("history", summary.source())
                .put("policy", policy)
                .put("jobs", summary.jobs())
                .put("applies_to", policy == null ? null : summary.applied())
                .put("looks", summary.looks())
                .put("same", summary.jobs() - summary.different())
                .put("different", summary.different())
                .put("mismatches", summary.mismatches())
                .put("healthy_cancelled", summary.healthyCancelled())
                .put("cut", summary.cut())
                .put("looks_left_out", summary.skipped())
                .put("gaps", summary.gaps())
                .put("first_look", text(summary.first()))
                .put("last_look", text(summary.last()));
        ArrayNode changes = root.putArray("changes");
        for (JobFinding job : summary.notable()) {
            ObjectNode change = changes.addObject()
                    .put("job", job.job())
                    .put("epoch", job.epoch())
                    .put("looks", job.looks())
                    .put("healthy_cancelled", job.isHealthyCancelled())
                    .put("cut", job.cut());
            change.set("now", outcome(job.now()));
            change.set("then", outcome(job.then()));
            if (job.mismatch() != null) {
                change.put("mismatches", job.mismatches())
                        .putObject("first_mismatch")
                        .put("look", job.mismatch().look())
                        .put("at", text(job.mismatch().at()))
                        .put("recorded", job.mismatch().recorded())
                        .put("replayed", job.mismatch().replayed());
            }
        }
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + System.lineSeparator();
    }

    private static ObjectNode outcome(Outcome outcome) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("outcome", outcome.kind().text());
        if (outcome.at() != null) {
            node.put("at", text(outcome.at())).put("look", outcome.look());
        }
        if (outcome.by() != null) {
            node.put("rule", outcome.by().rule())
                    .put("observed", outcome.by().observed())
                    .put("limit", outcome.by().limit())
                    .put("since", text(outcome.by().since()));
        }
        return node;
    }

    private static String text(Object instant) {
        return instant == null ? null : instant.toString();
    }
}
