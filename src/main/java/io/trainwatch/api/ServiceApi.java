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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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
}
