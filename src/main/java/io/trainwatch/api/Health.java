package io.trainwatch.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.api.Health.Check;
import io.trainwatch.api.Health.Status;
import io.trainwatch.audit.AuditHealth;
import io.trainwatch.audit.Journal;
import io.trainwatch.errors.Words;
import io.trainwatch.watch.Leases;
import io.trainwatch.watch.WatchList;
import io.trainwatch.webhook.TargetState;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Whether the service does its work, and why not.
 *
 * <p>It is <em>ready</em> while looks are taken and the audit is written. It is <em>live</em> unless a restart would help:
 * where it does not even try to look though the store answers, or its threads wait for each other. What is degraded is
 * neither: the service does what it can. Thread-safe.
 */
public final class Health {

    /** More rows than this wait only while the file cannot be written. */
    private static final long AUDIT_BACKLOG = 10_000;
    /** A look that is this late means that none are taken. */
    private static final Duration LATE = Duration.ofMinutes(2);
    /** Looks are claimed in ticks of a second or so; a store that does not answer takes some seconds to say so. */
    private static final Duration SILENT = Duration.ofSeconds(30);
    /** No store takes so long to fail. */
    private static final Duration DEAD = Duration.ofMinutes(5);
    /** Who asks for the health gives up soon; a connection to a server that is away is waited for longer. */
    private static final long MAX_MILLIS = 1_500;

    private final WatchList watchList;
    private final Journal journal;
    private final AuditHealth audit;
    private final Leases leases;
    private final Supplier<List<TargetState>> targets;
    private final Map<String, Supplier<List<String>>> troubles;

    /** How bad a check is. */
    public enum Status {
        UP,
        /** Somebody should see to it, though the service does its work. */
        DEGRADED,
        DOWN
    }

    /** @param reason empty while all is well */
    public record Check(String name, Status status, String reason) {

        private static Check of(String name, Optional<String> whyDown) {
            return new Check(name, whyDown.isPresent() ? Status.DOWN : Status.UP, whyDown.orElse(""));
        }
    }

    /**
     * @param targets how the webhook targets do
     * @param troubles what somebody should see to, though the service does its work, by what it is about
     */
    public Health(
            WatchList watchList,
            Journal journal,
            AuditHealth audit,
            Leases leases,
            Supplier<List<TargetState>> targets,
            Map<String, Supplier<List<String>>> troubles) {
        this.watchList = watchList;
        this.journal = journal;
        this.audit = audit;
        this.leases = leases;
        this.targets = targets;
        this.troubles = troubles;
    }

    /** The names of all checks but that of being live. */
    public List<String> names() {
        List<String> names = new ArrayList<>(List.of("looks", "audit"));
        names.addAll(troubles.keySet());
        return names;
    }

    /** One of them; DOWN where it cannot be made in time. */
    public Check check(String name) {
        return inTime(() -> made(name), why -> new Check(name, Status.DOWN, why));
    }

    private Check made(String name) {
        return switch (name) {
            case "looks" ->
                Check.of(
                        name,
                        leases.isDraining()
                                ? Optional.of("the service is being stopped: nothing more is claimed")
                                : whyNoLooks());
            case "audit" -> Check.of(name, whyNoAudit());
            default -> {
                List<String> all = troubles.get(name).get();
                yield new Check(name, all.isEmpty() ? Status.UP : Status.DEGRADED, String.join("; ", all));
            }
        };
    }

    /** Whether looks are taken and the audit is written: each check, none of which is DOWN where it is ready. */
    public List<Check> ready() {
        return inTime(
                () -> names().stream().map(this::made).toList(), why -> List.of(new Check("looks", Status.DOWN, why)));
    }

    /** Whether a restart would help, which makes it DOWN. */
    public Check live() {
        long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        if (deadlocked != null) {
            return new Check("live", Status.DOWN, deadlocked.length + " threads wait for each other");
        }
        Duration silent = leases.sinceLastClaim();
        if (silent.compareTo(DEAD) < 0 || leases.isDraining()) {
            return new Check("live", Status.UP, "");
        }
        // Where the store is away a restart does not help.
        boolean storeAnswers = inTime(
                () -> {
                    journal.unexported();
                    return true;
                },
                why -> false);
        return Check.of("live", storeAnswers ? Optional.of(noTick(silent)) : Optional.empty());
    }

    /** What somebody should see to, in words. */
    public List<String> troubles() {
        return troubles.values().stream().flatMap(each -> each.get().stream()).toList();
    }

    /** 200 while it is ready, else 503 and what is wrong; either way what is degraded. */
    ObjectNode describe() {
        return inTime(this::described, Health::down);
    }

    private ObjectNode described() {
        ObjectNode answer = object();
        answer.put("status", "DOWN"); // stands first
        Optional<String> unlooked = whyNoLooks();
        Optional<String> unwritten = whyNoAudit();
        answer.put("looks", unlooked.orElse("taken"));
        answer.put("audit", unwritten.orElse("written"));
        audit.lastFault().ifPresent(fault -> answer.put("audit_fault", fault));
        ObjectNode webhooks = answer.putObject("webhooks");
        // A target that takes nothing is its receiver's trouble, and no reason to restart this process.
        targets.get().forEach(target -> webhooks.put(target.name(), target.describe()));
        ArrayNode degraded = answer.putArray("degraded");
        troubles().forEach(degraded::add);
        return answer.put("status", unlooked.isEmpty() && unwritten.isEmpty() ? "UP" : "DOWN");
    }

    private static ObjectNode down(String why) {
        return object().put("status", "DOWN").put("looks", why);
    }

    private static <T> T inTime(Supplier<T> work, Function<String, T> otherwise) {
        return CompletableFuture.supplyAsync(work)
                .exceptionally(thrown -> otherwise.apply(Words.of(thrown)))
                .completeOnTimeout(
                        otherwise.apply("the store has not answered within " + MAX_MILLIS + " ms"),
                        MAX_MILLIS,
                        TimeUnit.MILLISECONDS)
                .join();
    }

    private Optional<String> whyNoAudit() {
        long backlog = journal.unexported();
        return audit.whyNot()
                .map(why -> "cannot be written"
                        + audit.failure()
                                .map(failure -> " since " + failure.since())
                                .orElse("") + ": " + why + "; "
                        + backlog + " rows wait, and no job is cancelled")
                .or(() -> backlog < AUDIT_BACKLOG
                        ? Optional.empty()
                        : Optional.of(backlog + " rows wait to be written; see the log"));
    }

    private Optional<String> whyNoLooks() {
        Duration late = watchList.figures().longestOverdue();
        Duration silent = leases.sinceLastClaim();
        if (leases.claimFault().isPresent()) {
            return leases.claimFault().map(why -> "due jobs cannot be claimed: " + why);
        }
        if (silent.compareTo(SILENT) >= 0) {
            return Optional.of(noTick(silent));
        }
        if (late.compareTo(LATE) >= 0) {
            return Optional.of("the longest due look is " + late.toSeconds() + " s late");
        }
        return watchList
                .figures()
                .unseen(LATE)
                .map(job -> job.job() + " was not looked at for " + job.since().toSeconds() + " s, though it waits for "
                        + job.longestWait().toSeconds() + " s at most");
    }

    private static String noTick(Duration silent) {
        return "the tick that claims due jobs has not come for " + silent.toSeconds() + " s";
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * The checks of {@link Health} as Camel's own, one for each reason, so that whatever shows the health of the runtime shows
     * them too. What is degraded is UP, with the reason as a detail: the runtime must not be taken out of service for it.
     */
    public static final class HealthChecks {

        private static final String GROUP = "trainwatch";

        private HealthChecks() {}

        public static List<HealthCheck> of(Health health) {
            List<HealthCheck> checks = new ArrayList<>();
            checks.add(new Shown("live", false, health::live));
            health.names().forEach(name -> checks.add(new Shown(name, true, () -> health.check(name))));
            return checks;
        }

        private static final class Shown implements HealthCheck {

            private final String name;
            private final boolean isOfReadiness;
            private final Supplier<Check> check;
            private volatile boolean isEnabled = true;

            Shown(String name, boolean isOfReadiness, Supplier<Check> check) {
                this.name = name;
                this.isOfReadiness = isOfReadiness;
                this.check = check;
            }

            @Override
            public String getId() {
                return GROUP + "-" + name;
            }

            @Override
            public String getGroup() {
                return GROUP;
            }

            @Override
            public boolean isEnabled() {
                return isEnabled;
            }

            @Override
            public void setEnabled(boolean enabled) {
                isEnabled = enabled;
            }

            @Override
            public boolean isReadiness() {
                return isOfReadiness;
            }

            @Override
            public boolean isLiveness() {
                return !isOfReadiness;
            }

            @Override
            public Result call(Map<String, Object> options) {
                Check found = check.get();
                HealthCheckResultBuilder result =
                        HealthCheckResultBuilder.on(this).state(found.status() == Status.DOWN ? State.DOWN : State.UP);
                if (!found.reason().isEmpty()) {
                    result.message(found.reason())
                            .detail(found.status().name().toLowerCase(Locale.ROOT), found.reason());
                }
                return result.build();
            }
        }
    }

    /**
     * Tells whoever runs the service whether it is live and ready, under the paths of Camel's observability services. Why not
     * is for callers that are let in.
     */
    public static final class Probes extends HttpServlet {

        private final transient Health health;

        public Probes(Health health) {
            this.health = health;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String path = request.getPathInfo() == null ? "" : request.getPathInfo();
            List<Check> checks = new ArrayList<>();
            switch (path) {
                case "/live" -> checks.add(health.live());
                case "/ready" -> checks.addAll(health.ready());
                case "", "/" -> {
                    checks.add(health.live());
                    checks.addAll(health.ready());
                }
                default -> {
                    response.sendError(404);
                    return;
                }
            }
            boolean isDown = checks.stream().anyMatch(check -> check.status() == Status.DOWN);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("status", isDown ? "DOWN" : "UP");
            if (Caller.of(request) != Caller.UNKNOWN) {
                answer.put("checks", checks.stream().map(Probes::described).toList());
            }
            byte[] body = JsonAnswer.text(answer).getBytes(StandardCharsets.UTF_8);
            response.setStatus(isDown ? 503 : 200);
            response.setContentType("application/json");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }

        private static Map<String, String> described(Check check) {
            Map<String, String> described = new LinkedHashMap<>();
            described.put("name", check.name());
            described.put("status", check.status().name());
            if (!check.reason().isEmpty()) {
                described.put("reason", check.reason());
            }
            return described;
        }
    }
}
