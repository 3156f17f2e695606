package io.trainwatch.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.job.Metric;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.optional.history.RecordedLook;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.PolicyInForce;
import io.trainwatch.rules.Rule;
import io.trainwatch.rules.WrittenPolicy;
import io.trainwatch.watch.ActionTaken;
import io.trainwatch.watch.JobView;
import io.trainwatch.watch.Trouble;
import io.trainwatch.watch.WatchedJob;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Jobs and policies as the API writes them. */
final class JobJson {

    private JobJson() {}

    static ObjectNode job(JobView view, PolicyInForce policy) {
        WatchedJob job = view.job();
        ObjectNode node = object().put("id", job.id())
                .put("tenant", job.key().tenant())
                .put("project", job.key().project())
                .put("job", job.key().job())
                .put("phase", job.phase().name())
                .put("stage", view.stage().name())
                .put("state", job.state() == null ? null : job.state().name())
                .put("trouble", view.trouble().map(Trouble::text).orElse(null))
                .put(
                        "trouble_text",
                        view.trouble()
                                .map(trouble -> why(trouble, view, policy))
                                .orElse(null))
                .put("progress", job.observed().lastProgress())
                .put("peak_cpu", job.observed().peakCpu())
                .put("peak_memory", job.observed().peakMemory())
                .put("watched_since", text(job.watchedSince()))
                .put("started_at", text(job.observed().startedAt()))
                .put("looked_at", text(view.lookedAt()))
                .put("ended_at", text(view.endedAt()))
                .put("failed_looks", job.failures())
                .put("failure", job.failure())
                .put("broke", job.breach() == null ? null : job.breach().rule());
        ArrayNode breaches = node.putArray("breaches");
        for (String word : view.breaches()) {
            int slash = word.lastIndexOf('/');
            breaches.addObject()
                    .put("rule", word.substring(0, Math.max(slash, 0)))
                    .put("outcome", word.substring(slash + 1));
        }
        node.put("exempt", view.exempt() != null)
                .<ObjectNode>set("eta", view.expectedEnd().map(JobJson::eta).orElse(null))
                .put("next_look_at", view.nextLook().map(Instant::toString).orElse(null))
                .put(
                        "next_look_why",
                        view.nextLook().map(at -> view.nextLookWhy()).orElse(null))
                .put("node", view.node().isEmpty() ? null : view.node());
        ObjectNode limits = node.putObject("limits");
        for (Rule rule : policy.policy().rules()) {
            if (rule.level() == Level.CANCEL
                    && Rule.Bound.PERCENT.equals(rule.bound().unit())) {
                lowest(limits, rule.bound());
            }
        }
        return node;
    }

    private static ObjectNode eta(ExpectedEnd end) {
        return object().put("from", end.from().toString()).put("to", end.to().toString());
    }

    private static void lowest(ObjectNode limits, Rule.Bound bound) {
        limits.put(bound.of(), Math.min(bound.limit(), limits.path(bound.of()).asDouble(bound.limit())));
    }

    private static String why(Trouble trouble, JobView view, PolicyInForce policy) {
        WatchedJob job = view.job();
        return switch (trouble) {
            case UNREACHABLE, FAILING -> job.failure();
            case CANCEL_FAILED ->
                view.cancelMessage() == null
                        ? "it runs on, though its cancel was decided at " + job.cancelRequestedAt()
                        : view.cancelMessage();
            case STOPPING -> job.breach() == null ? null : inWords(job.breach());
            case BREACHED ->
                view.breaches().stream()
                        .map(word -> word.substring(0, Math.max(word.lastIndexOf('/'), 0)))
                        .distinct()
                        .map(rule -> seen(rule, job.observed(), policy))
                        .collect(Collectors.joining("; "));
        };
    }

    private static String inWords(Breach breach) {
        return breach.meaning() + (breach.evidence() == null ? "" : ": " + breach.evidence());
    }

    /** What the rule says, and how many readings speak for it by now. */
    private static String seen(String id, Observed observed, PolicyInForce policy) {
        for (Rule rule : policy.policy().rules()) {
            if (rule.id().equals(id)) {
                RuleMemory memory = observed.rules().get(id);
                return rule.window() == null || memory == null
                        ? rule.meaning()
                        : rule.meaning() + ": " + rule.window().evidence(memory);
            }
        }
        return id;
    }

    /** @param since when the policy came into force; {@code null} where nobody knows */
    static ObjectNode detail(JobView view, PolicyInForce policy, String source, Instant since) {
        WatchedJob job = view.job();
        Observed observed = job.observed();
        ObjectNode node = job(view, policy)
                .put("epoch", job.epoch())
                .put("completed_at", text(observed.completedAt()))
                .put("fail_reason", observed.failReason())
                .put("looks", observed.looks());
        ObjectNode metrics = node.putObject("metrics");
        observed.meanByMetric().forEach(metrics::put);
        ArrayNode incomplete = node.putArray("incomplete");
        observed.incomplete().forEach(incomplete::add);
        node.put("failing_since", text(job.failingSince()));
        node.set("breach", job.breach() == null ? null : breach(job.breach()));
        node.set("cancel", job.cancelRequestedAt() == null ? null : cancel(view));
        node.set("policy", policy(policy.written(), source, since));
        return node;
    }

    private static ObjectNode breach(Breach breach) {
        return object().put("rule", breach.rule())
                .put("level", word(breach.level()))
                .put("observed", Double.isNaN(breach.observed()) ? null : breach.observed())
                .put("limit", Double.isNaN(breach.limit()) ? null : breach.limit())
                .put("since", text(breach.since()))
                .put("meaning", breach.meaning())
                .put("window", breach.window())
                .put("evidence", breach.evidence());
    }

    private static ObjectNode cancel(JobView view) {
        WatchedJob job = view.job();
        return object().put("requested_at", text(job.cancelRequestedAt()))
                .put("attempts", job.cancelAttempts())
                .put("next_attempt_at", text(job.nextCancelAt()))
                .put("tries", view.cancelTries())
                .put("message", view.cancelMessage());
    }

    static ObjectNode policy(WrittenPolicy policy, String source, Instant since) {
        ObjectNode node = object().put("name", policy.name())
                .put("hash", policy.hash())
                .put("source", source)
                .put("since", text(since))
                .put("auto_cancel", policy.autoCancel())
                .put("dry_run", policy.dryRun());
        ArrayNode appliesTo = node.putArray("applies_to");
        policy.patterns().forEach(appliesTo::add);
        ArrayNode rules = node.putArray("rules");
        policy.rules().forEach(rule -> rules.add(rule(rule)));
        return node;
    }

    private static ObjectNode rule(Rule rule) {
        ObjectNode node =
                object().put("id", rule.id()).put("level", word(rule.level())).put("meaning", rule.meaning());
        Rule.Bound bound = rule.bound();
        return node.put("of", bound.of()).put("limit", bound.limit()).put("unit", bound.unit());
    }

    private static String word(Level level) {
        return level == Level.WARN ? "warning" : "cancel";
    }

    /** @param full whether all of each look is wanted, and not only what a small curve shows */
    static ArrayNode looks(Collection<RecordedLook> looks, boolean full) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        Set<Metric> known = new HashSet<>();
        for (RecordedLook look : looks) {
            ObjectNode node = all.addObject().put("at", text(look.at()));
            ResourceUtilization used = look.status().resourceUtilization();
            putKnown(node, "progress", look.status().progressPercent());
            putKnown(node, "cpu", used.cpuUsage());
            putKnown(node, "memory", used.memoryUsage());
            if (full) {
                putKnown(node, "gpu_memory", used.gpuMemoryUsed());
                putRest(node, look, known);
            }
        }
        return all;
    }

    private static void putRest(ObjectNode node, RecordedLook look, Set<Metric> known) {
        node.put("state", look.status().state().name());
        List<Metric> fresh = look.status().metrics().stream()
                .filter(sample -> Double.isFinite(sample.value()) && known.add(sample))
                .toList();
        if (!fresh.isEmpty()) {
            ArrayNode metrics = node.putArray("metrics");
            fresh.forEach(sample -> metrics.addObject()
                    .put("at", text(sample.timestamp()))
                    .put("name", sample.name())
                    .put("value", sample.value()));
        }
        node.put("decision", look.decided().outcome());
        if (look.act() != ActionTaken.NONE) {
            node.put("action", look.act().name().toLowerCase(Locale.ROOT));
        }
        if (!look.decided().found().isEmpty()) {
            ArrayNode broke = node.putArray("broke");
            look.decided().found().forEach(found -> broke.add(found.rule()));
        }
    }

    private static void putKnown(ObjectNode node, String name, Double value) {
        if (value != null && Double.isFinite(value)) {
            node.put(name, value);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String text(Instant at) {
        return at == null ? null : at.toString();
    }
}
