package io.trainwatch.audit.explain;

import io.trainwatch.audit.AuditReading.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the lines about a job come to: why it was cancelled or not, how it ended, who was told, and what the audit does not
 * have. Bounded, however many lines there are. For one thread.
 */
final class Summary {

    private static final int MAX_REASONS = 8;
    private static final int MAX_TARGETS = 64;

    private String source = "";
    private String startedAt = "";
    private String cancelled = "";
    private String cancelFailed = "";
    private final Map<String, String> withheld = new LinkedHashMap<>();
    private String ended = "";
    private String endState = "";
    private String reversed = "";
    private long looksTaken = -1;
    private long looksTold;
    private final Map<String, Told> told = new LinkedHashMap<>();

    private record Told(long events, String last, long failures) {}

    void add(Line line) {
        Facts facts = new Facts(line.details());
        switch (line.action()) {
            case "MONITOR_START" -> begin(line, facts);
            case "STATUS_CHECK" -> looksTold++;
            case "AUTO_CANCEL_TRIGGERED" -> cancelled = "because it broke " + Wording.breach(facts);
            case "CANCEL_FAILED" -> cancelFailed = facts.text("message");
            case "CANCEL_WITHHELD" -> withhold(facts);
            case "MONITOR_COMPLETE" -> {
                endState = facts.text("final_state");
                ended = endState + " at " + line.at();
                looksTaken = facts.has("looks") ? facts.number("looks") : -1;
            }
            case "MONITOR_STOPPED" -> ended = "not known: it was taken off the watch list at " + line.at();
            case "JOB_REVERSED" -> reversed = facts.text("reported") + " after " + facts.text("known");
            case "WEBHOOK_DELIVERED" -> tell(facts.text("target"), line.at(), true);
            case "WEBHOOK_FAILED", "WEBHOOK_DEAD" -> tell(facts.text("target"), line.at(), false);
            default -> {
                // It changes nothing that is summed up here.
            }
        }
    }

    /** A job that is put on the list anew begins a new story; what was before is told line by line only. */
    private void begin(Line line, Facts facts) {
        source = facts.text("source");
        startedAt = line.at();
        cancelled = "";
        cancelFailed = "";
        withheld.clear();
        ended = "";
        endState = "";
        reversed = "";
        looksTaken = -1;
        looksTold = 0;
    }

    private void withhold(Facts facts) {
        String why = facts.text("why");
        String reason = (why.isEmpty() ? facts.text("withheld") : why);
        String rule = Wording.breach(facts);
        if (withheld.size() < MAX_REASONS) {
            withheld.putIfAbsent(
                    facts.text("rule") + "/" + reason, rule + (reason.isEmpty() ? "" : "; since " + reason));
        }
    }

    private void tell(String target, String at, boolean delivered) {
        if (told.size() < MAX_TARGETS || told.containsKey(target)) {
            Told before = told.getOrDefault(target, new Told(0, "", 0));
            told.put(
                    target,
                    delivered
                            ? new Told(before.events() + 1, at, before.failures())
                            : new Told(before.events(), before.last(), before.failures() + 1));
        }
    }

    /**
     * Short sentences under a name each, in the order in which they are read.
     *
     * @param leftOut lines that were not added, since nothing speaks for them
     */
    Map<String, List<String>> sentences(long leftOut) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        if (leftOut > 0) {
            all.put(
                    "not_proven",
                    List.of(Wording.count(leftOut, "line") + " marked above that neither the store nor a signature"
                            + " knows; what follows leaves them out."));
        }
        all.put(
                "watched",
                List.of(
                        startedAt.isEmpty()
                                ? "Since when is not in this audit: its first lines are older."
                                : "Since " + startedAt + (source.isEmpty() ? "." : ", from " + source + ".")));
        all.put("cancel", cancel());
        all.put("end", end());
        List<String> who = new ArrayList<>();
        told.forEach((target, one) -> who.add(target + ": "
                + Wording.count(one.events(), "event") + (one.last().isEmpty() ? "" : ", the last at " + one.last())
                + (one.failures() == 0 ? "." : "; " + Wording.count(one.failures(), "failed attempt") + ".")));
        all.put("told", who.isEmpty() ? List.of("Nobody, as far as this audit goes.") : who);
        all.put("not_in_the_audit", missing());
        return all;
    }

    private List<String> cancel() {
        List<String> sentences = new ArrayList<>();
        if (!cancelled.isEmpty()) {
            sentences.add("It was cancelled " + cancelled + ".");
        }
        if (!cancelFailed.isEmpty()) {
            sentences.add("That was reported as failed: " + cancelFailed);
        }
        withheld.values()
                .forEach(reason -> sentences.add("It was " + (cancelled.isEmpty() ? "" : "at first ")
                        + "not cancelled for this: " + reason + "."));
        if (sentences.isEmpty()) {
            sentences.add("It was not cancelled by Trainwatch: no breach of a rule is in the audit."
                    + (endState.equals("CANCELLED") ? " Somebody else cancelled it." : ""));
        }
        return sentences;
    }

    private List<String> end() {
        List<String> sentences = new ArrayList<>();
        sentences.add(ended.isEmpty() ? "It has not ended, as far as this audit goes." : "It ended: " + ended + ".");
        if (!reversed.isEmpty()) {
            sentences.add("Not to be relied on: the tenant reported it as " + reversed + ".");
        }
        return sentences;
    }

    private List<String> missing() {
        String setting = "trainwatch.audit.status-checks";
        if (looksTaken < 0) {
            return List.of(Wording.count(looksTold, "valid look") + " stand here; with " + setting
                    + " = changes (the default) or none, looks that found nothing new do not.");
        }
        long unsaid = looksTaken - looksTold;
        return unsaid <= 0
                ? List.of("Nothing: each of its " + Wording.count(looksTaken, "valid look") + " stands here.")
                : List.of(unsaid + " of its " + Wording.count(looksTaken, "valid look")
                        + " do not stand here, since they found nothing new (" + setting
                        + " = changes or none); what they saw is not known.");
    }
}
