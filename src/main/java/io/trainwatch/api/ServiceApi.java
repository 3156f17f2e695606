package io.trainwatch.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditHealth;
import io.trainwatch.audit.AuditKeys;
import io.trainwatch.audit.AuditStatus;
import io.trainwatch.rules.PolicyFiles;
import io.trainwatch.store.Store;
import io.trainwatch.watch.Nodes;
import io.trainwatch.watch.TenantPauses;
import io.trainwatch.watch.WatchList;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What the API says of the service itself: its tenants, policies, audit and nodes. Reads only. Thread-safe. */
public final class ServiceApi {

    private final Set<String> tenants;
    private final Store store;
    private final WatchList watchList;
    private final Nodes nodes;
    private final PolicyFiles policies;
    private final AuditHealth audit;
    private final AuditKeys keys;
    private final Health health;
    private final InstantSource clock;

    /** @param tenants the aliases that are configured */
    public ServiceApi(
            Set<String> tenants,
            Store store,
            WatchList watchList,
            Nodes nodes,
            PolicyFiles policies,
            AuditHealth audit,
            AuditKeys keys,
            Health health,
            InstantSource clock) {
        this.tenants = Set.copyOf(tenants);
        this.store = store;
        this.watchList = watchList;
        this.nodes = nodes;
        this.policies = policies;
        this.audit = audit;
        this.keys = keys;
        this.health = health;
        this.clock = clock;
    }

    ObjectNode caller(Caller caller) {
        return object().put("name", caller.name()).put("may_act", caller.mayAct());
    }

    ArrayNode troubles() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (Health.Check check : health.ready()) {
            if (check.status() == Health.Status.DOWN) {
                trouble(all, (check.name().equals("audit") ? "The audit " : "No looks are taken: ") + check.reason());
            }
        }
        audit.lastFault().ifPresent(fault -> trouble(all, "The audit is not what it was: " + fault));
        health.troubles().forEach(text -> trouble(all, text));
        return all;
    }

    private static void trouble(ArrayNode all, String text) {
        all.addObject().put("text", text).put("remedy", Remedies.of(text).orElse(null));
    }

    ArrayNode tenants() {
        Map<String, Long> watched = new TreeMap<>();
        tenants.forEach(tenant -> watched.put(tenant, 0L));
        watchList.figures().stages().forEach(count -> {
            if (count.stage().isWatched()) {
                watched.merge(count.tenant(), count.jobs(), Long::sum);
            }
        });
        Map<String, TenantPauses.Pause> pauses = store.read(handle -> TenantPauses.lasting(handle, clock.instant()));
        Set<String> names = new TreeSet<>(watched.keySet());
        names.addAll(pauses.keySet());
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (String name : names) {
            TenantPauses.Pause pause = pauses.get(name);
            all.addObject()
                    .put("name", name)
                    .put("watched", watched.getOrDefault(name, 0L))
                    .put("paused_until", pause == null ? null : pause.until().toString())
                    .put("reason", pause == null ? null : pause.reason());
        }
        return all;
    }

    ObjectNode policies() {
        ObjectNode node = object();
        ArrayNode inForce = node.putArray("in_force");
        for (PolicyFiles.InForce each : policies.inForce()) {
            inForce.add(JobJson.policy(each.policy(), each.source(), each.since()));
        }
        ArrayNode problems = node.putArray("problems");
        policies.problems().forEach(problems::add);
        return node;
    }

    ObjectNode audit() {
        AuditStatus status = AuditStatus.of(store, audit, keys);
        ObjectNode node = object().put("whole", status.fault() == null).put("fault", status.fault());
        node.put(
                "failing_since",
                status.failure()
                        .map(AuditHealth.Failure::since)
                        .map(Instant::toString)
                        .orElse(null));
        return node.put(
                        "failure",
                        status.failure().map(AuditHealth.Failure::reason).orElse(null))
                .put("last_line", status.lastLine())
                .put("last_line_at", JobJson.text(status.lastLineAt()))
                .put("lines", status.lastLine() + status.waiting())
                .put("waiting", status.waiting())
                .put("oldest_waiting_at", JobJson.text(status.oldestWaiting()))
                .put("checkpoint", status.checkpoint())
                .put("key_id", status.keyId());
    }

    ArrayNode nodes() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (Nodes.Seen node : nodes.all()) {
            all.addObject()
                    .put("name", node.name())
                    .put("leases", node.leases())
                    .put("seen_at", node.at().toString())
                    .put("here", node.isHere());
        }
        return all;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** What to do about what is wrong, as the troubleshooting of the README has it. */
    static final class Remedies {

        private record Remedy(Pattern trouble, String text) {}

        private static final List<Remedy> ALL = List.of(
                remedy(
                        "401.*token endpoint.*refuses the client",
                        "Check client-id, client-secret, client-auth and scopes of that tenant."),
                remedy(
                        "401.*tenant refuses the API key, or a fresh token",
                        "The key was removed: make a new one. With a client: the token endpoint and the tenant do not belong"
                                + " together, or ai:training:read is missing."),
                remedy(
                        "403.*the client may not do this",
                        "Assign the client to the project; for cancelling it needs ai:training:write."),
                remedy(
                        "404.*the tenant knows no such job",
                        "Check project and job id; the tenant may have removed it."),
                remedy(
                        "429.*the tenant asks for fewer requests",
                        "Set max-requests-per-second of that tenant, or a longer poll.interval."),
                remedy(
                        "^The audit cannot be written",
                        "Free the disk or mend the folder; rows wait in the store and are written afterwards, and until then no"
                                + " job is cancelled."),
                remedy(
                        "^The audit is not what it was",
                        "Somebody removed, cut, changed or added to audit files; the audit goes on in a new file."),
                remedy(
                        "^Target .*disabled since",
                        "See to the receiver, then enable the target: its events wait for that."),
                remedy("^Target ", "See to the receiver: its events wait, and are sent again by themselves."),
                remedy("^The policy file ", "Mend the file; what was in force before stays so."),
                remedy(
                        "^Cancels of .* are withheld",
                        "See whether the policy is meant so: it would cancel more jobs than max-cancels-per-hour."));

        private Remedies() {}

        private static Remedy remedy(String trouble, String text) {
            return new Remedy(Pattern.compile(trouble, Pattern.DOTALL), text);
        }

        /** Empty where none is known. */
        static Optional<String> of(String trouble) {
            return ALL.stream()
                    .filter(remedy -> remedy.trouble().matcher(trouble).find())
                    .map(Remedy::text)
                    .findFirst();
        }
    }
}
