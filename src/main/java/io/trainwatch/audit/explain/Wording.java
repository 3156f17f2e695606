package io.trainwatch.audit.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.trainwatch.audit.AuditReading.Line;
import java.util.ArrayList;
import java.util.List;

/**
 * Says in plain words what the audit lines of a job tell, which come in their order: what most lines repeat, such as the
 * policy, is told where it changes. An action that it does not know is told as it stands. For one thread.
 */
final class Wording {

    /** What a policy is called that stands beside a job. */
    private static final String OWN_POLICY = "job";

    /** What the line before was decided by: a name and a hash. */
    private JsonNode policy = MissingNode.getInstance();

    String of(Line line) {
        Facts facts = new Facts(line.details());
        String text = switch (line.action()) {
            case "MONITOR_START" -> start(facts);
            case "STATUS_CHECK" -> look(facts);
            case "STATE_CHANGED" -> stateChange(facts);
            case "STATUS_INVALID" ->
                "The answer to a look was no valid status, and nothing followed from it: " + failure(facts);
            case "STATUS_INCOMPLETE" ->
                "The tenant's document held what cannot be used, and counts as missing: " + facts.text("fields") + ".";
            case "MONITOR_ERROR" -> "A look got no answer that could be used: " + failure(facts);
            case "MONITOR_RECOVERED" ->
                "A look got a valid status again, after "
                        + count(facts.number("failed_looks"), "failed look") + "."
                        + facts.with(" The last failure: ", "last_failure", "");
            case "AUTO_CANCEL_TRIGGERED" ->
                "It broke a rule: " + breach(facts)
                        + ". Decided to cancel it; nothing was sent before this was recorded."
                        + lookTaken(facts);
            case "CANCEL_WITHHELD" ->
                "It broke a rule: " + breach(facts) + ". It was not cancelled" + facts.with(", since ", "why", "") + "."
                        + lookTaken(facts);
            case "CANCEL_ORDERED" ->
                "Somebody had it cancelled" + facts.with(": ", "by", "") + facts.with(", since: ", "why", "") + ".";
            case "CANCEL_EXEMPTED" -> exemption(facts);
            case "CANCEL_RESULT" -> cancelResult(facts);
            case "CANCEL_FAILED" ->
                "The cancel was reported as failed"
                        + facts.with(" after ", "attempts", " requests") + ": " + facts.text("message")
                        + facts.without("results", "state", "decided_at", "deadline_seconds")
                                .nothing();
            case "JOB_REVERSED" ->
                "The tenant reported it as " + facts.text("reported") + " after "
                        + facts.text("known") + ", a move that no job can make; it was not followed."
                        + facts.without("message", "had_ended").nothing();
            case "MONITOR_COMPLETE" -> end(facts);
            case "END_CONFIRMED" -> "Looked at once more: it was still " + facts.text("state") + ".";
            case "END_UNCONFIRMED" ->
                "Looked at once more, without a valid status: " + failure(facts) + " The end stands.";
            case "POLICY_CHANGED" -> policyChange(facts);
            case "MONITOR_STOPPED" ->
                "Taken off the watch list, as asked for by " + facts.text("source")
                        + "; the job itself was left alone.";
            case "WEBHOOK_DELIVERED" -> told(facts, "was told") + facts.with("; it answered ", "http_status", ".");
            case "WEBHOOK_FAILED" ->
                told(facts, "could not be told yet")
                        + facts.with(": ", "reason", ".")
                        + facts.with(" Tried again after ", "next_attempt_in_seconds", " s.");
            case "WEBHOOK_REPLAYED" ->
                told(facts, "is told again") + facts.with(", as asked for by ", "by", "") + facts.with(": ", "why", "")
                        + ".";
            case "WEBHOOK_DEAD" ->
                told(facts, "was not told, and is not tried any more") + facts.with(": ", "reason", ".");
            default -> line.action().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ".";
        };
        return text + judgedBy(facts) + facts.rest();
    }

    private String judgedBy(Facts facts) {
        JsonNode now = facts.node("policy");
        if (now.isMissingNode() || now.equals(policy)) {
            return "";
        }
        policy = now;
        Facts told = new Facts(now);
        String name = told.text("name");
        String which = switch (name) {
            case "settings" -> "what the settings say";
            case OWN_POLICY -> "its own policy";
            default -> "the policy " + name;
        };
        return " Judged by " + which + told.with(" (version ", "hash", ")") + "." + told.rest();
    }

    private String policyChange(Facts facts) {
        String asked = facts.with(", as asked for by ", "source", "");
        String before = facts.with(" Its own was of version ", "previous", " before.");
        if (!facts.has("hash")) {
            return "Its own policy was taken away" + asked + ": what a file or the settings say counts from now on."
                    + before + facts.without("name").nothing();
        }
        // The next look would tell it again.
        policy = JsonNodeFactory.instance
                .objectNode()
                .put("name", facts.node("name").asText())
                .put("hash", facts.node("hash").asText());
        return "It is judged by a policy of its own from now on" + facts.with(" (version ", "hash", ")") + asked + "."
                + before;
    }

    private static String exemption(Facts facts) {
        boolean isExempt = facts.text("exempt").equals("true");
        return (isExempt
                        ? "Exempted from being cancelled by its policy"
                        : "Its exemption was taken back: its policy may cancel it again")
                + facts.with(", as asked for by ", "by", "") + facts.with(": ", "why", "") + ".";
    }

    private static String start(Facts facts) {
        long epoch = facts.number("epoch");
        return "Put on the watch list" + facts.with(", from ", "source", "")
                + (epoch > 1 ? ", for the " + epoch + ". time" : "") + "." + nextLook(facts);
    }

    private static String look(Facts facts) {
        String outcome = facts.text("outcome");
        JsonNode breaches = facts.node("breaches");
        String verdict = switch (outcome) {
            case "running" -> breaches.isEmpty() ? "no rule is broken" : "still broken: " + breaches(breaches);
            case "breached" ->
                breaches.isEmpty() ? "it runs on though its cancel was decided" : "broken: " + breaches(breaches);
            case "finished" -> "it has ended";
            case "reversed" -> "a move that no job can make";
            default -> outcome;
        };
        return "Looked at" + facts.with(" (", "look", ")") + ": " + readings(facts) + ". Verdict: " + verdict + "."
                + nextLook(facts);
    }

    private static String breaches(JsonNode breaches) {
        List<String> all = new ArrayList<>();
        breaches.forEach(breach -> all.add(breach(new Facts(breach))));
        return String.join("; ", all);
    }

    private static String readings(Facts facts) {
        return facts.text("state")
                + facts.with(", progress ", "progress_percent", " %")
                + facts.with(", CPU ", "cpu_usage", " %")
                + facts.with(", memory ", "memory_usage", " %");
    }

    private static String stateChange(Facts facts) {
        boolean inferred = facts.isTrue("inferred");
        String from = facts.text("from");
        return "State: " + (from.isEmpty() ? "not known" : from) + " -> " + facts.text("to")
                + facts.with(", progress ", "progress_percent", " %")
                + (inferred ? " (not seen, but it must have been between two looks)" : "") + ".";
    }

    private static String failure(Facts facts) {
        String message = facts.text("message");
        long row = facts.number("failures_in_a_row");
        return message
                + (message.endsWith(".") ? "" : ".")
                + (row > 1 ? " The " + row + ". failure in a row." : "")
                + facts.without("kind", "http_status").with(" The tenant asked to wait ", "retry_after_seconds", " s.")
                + facts.with(" It began: ", "payload", "")
                + nextLook(facts);
    }

    /** The rule, the value, the limit, the window and what was seen in it. */
    static String breach(Facts facts) {
        String text = facts.text("rule")
                + facts.with(" (", "meaning", ")")
                + facts.with(", observed ", "observed", "")
                + facts.with(" against a limit of ", "limit", "")
                + facts.with(", since ", "since", "")
                + facts.with(", window ", "window", "")
                + facts.with(": ", "evidence", "");
        String level = facts.text("level");
        return text + ("WARN".equals(level) ? ", which only warns" : "");
    }

    private static String lookTaken(Facts facts) {
        String look = facts.with(" Seen in a look (", "look", ")");
        String readings = facts.has("state") ? readings(facts) : "";
        String seen = look.isEmpty() ? (readings.isEmpty() ? "" : " Seen: ") : look + ": ";
        return (readings.isEmpty() ? look : seen + readings + ".") + nextLook(facts);
    }

    private static String cancelResult(Facts facts) {
        String result = facts.text("result").replace('_', ' ');
        String text = "Cancel, request " + facts.text("attempt") + ": " + result + facts.with(". ", "message", "");
        return text
                + facts.without("http_status", "retry_after_seconds")
                        .with(" If it runs on, the cancel is sent again at ", "again_at", ".")
                + nextLook(facts);
    }

    private static String end(Facts facts) {
        String text = "Ended as " + facts.text("final_state") + facts.with(", progress ", "progress_percent", " %")
                + (facts.has("looks") ? ", after " + count(facts.number("looks"), "valid look") : "");
        JsonNode peak = facts.node("resource_peak");
        text += peak.hasNonNull("cpu") ? ", CPU at most " + peak.path("cpu").asText() + " %" : "";
        text += peak.hasNonNull("memory")
                ? ", memory at most " + peak.path("memory").asText() + " %"
                : "";
        Facts cancel = new Facts(facts.node("cancel"));
        if (cancel.has("seconds")) {
            text += ". " + cancel.text("seconds") + " s after the decision to cancel it, which "
                    + (cancel.isTrue("in_time") ? "was in time" : "came too late: it had ended by itself");
        }
        text += facts.with(". Why, in the tenant's words: ", "fail_reason", "");
        return text + "." + nextLook(facts);
    }

    private static String told(Facts facts, String what) {
        String attempt = facts.text("attempt");
        return facts.text("target") + " " + what + facts.with(" of ", "event_type", "")
                + facts.with(" (event ", "event_id", "")
                + (attempt.isEmpty() || attempt.equals("1") ? ")" : ", attempt " + attempt + ")");
    }

    private static String nextLook(Facts facts) {
        return facts.with(" The next look is due at ", "next_look", facts.with(" (", "next_look_why", ")") + ".");
    }

    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
