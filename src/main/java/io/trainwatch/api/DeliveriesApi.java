package io.trainwatch.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.http.Clients;
import io.trainwatch.job.JobKey;
import io.trainwatch.webhook.EventList;
import io.trainwatch.webhook.EventList.Figures;
import io.trainwatch.webhook.EventList.Published;
import io.trainwatch.webhook.Outbox;
import io.trainwatch.webhook.TargetState;
import io.trainwatch.webhook.TestDelivery;
import io.trainwatch.webhook.Undelivered;
import io.trainwatch.webhook.Undelivered.Wish;
import io.trainwatch.webhook.WebhookTarget;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the API says of events and their targets, and does about them: the same as {@code webhook} does. Thread-safe. */
public final class DeliveriesApi {

    private static final int MAX_EVENTS = 1_000;
    private static final int USUAL_EVENTS = 100;
    private static final String EVENT = "[A-Za-z0-9_-]{1,128}";

    private final Outbox outbox;
    private final EventList events;
    private final Undelivered undelivered;
    private final Map<String, WebhookTarget> targets;
    private final Clients clients;
    private final InstantSource clock;

    public DeliveriesApi(
            Outbox outbox, EventList events, Undelivered undelivered, Clients clients, InstantSource clock) {
        this.outbox = outbox;
        this.events = events;
        this.undelivered = undelivered;
        this.targets = outbox.targets();
        this.clients = clients;
        this.clock = clock;
    }

    Map<String, Long> unsettled() {
        return events.unsettled();
    }

    Api.Answer events(ApiRequest request) {
        int limit = request.number("limit", 1, MAX_EVENTS, USUAL_EVENTS);
        long before = request.find("after", DeliveriesApi::place).orElse(Long.MAX_VALUE);
        String job =
                request.find("job", text -> JobKey.parse(text, null).toString()).orElse(null);
        List<Published> found = events.page(new EventList.Wanted(
                job,
                request.choice("status", List.of("pending", "delivered", "dead"), null),
                request.text("target"),
                limit + 1,
                before));
        List<Published> page = found.size() > limit ? found.subList(0, limit) : found;
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        page.forEach(event -> add(all, event));
        return new Api.Answer(
                all,
                found.size() > limit
                        ? Optional.of(String.valueOf(page.get(limit - 1).seq()))
                        : Optional.empty());
    }

    private static long place(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException(
                    "'after' is no place in a list: take it from the Link header of the page before");
        }
        return Long.parseLong(text);
    }

    private static void add(ArrayNode all, Published event) {
        ArrayNode deliveries = all.addObject()
                .put("event", event.id())
                .put("type", event.type())
                .put("job", event.job())
                .put("created_at", event.at().toString())
                .putArray("deliveries");
        for (EventList.EventDelivery delivery : event.deliveries()) {
            deliveries
                    .addObject()
                    .put("target", delivery.target())
                    .put("status", delivery.status())
                    .put("held", delivery.held())
                    .put("attempts", delivery.attempts())
                    .put("next_attempt_at", JobJson.text(delivery.nextAttempt()))
                    .put("last_error", delivery.lastError())
                    .put("settled_at", JobJson.text(delivery.settledAt()));
        }
    }

    ArrayNode targets() {
        List<String> names = targets.keySet().stream().sorted().toList();
        Map<String, Figures> figures = events.figures(names);
        List<TargetState> states = outbox.targetStates();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (String name : names) {
            Optional<TargetState> state =
                    states.stream().filter(each -> each.name().equals(name)).findFirst();
            Figures of = figures.get(name);
            ObjectNode node = all.addObject()
                    .put("name", name)
                    .put(
                            "status",
                            state.map(known -> known.status().name().toLowerCase(Locale.ROOT))
                                    .orElse("closed"))
                    .put("text", state.map(TargetState::describe).orElse("sent"))
                    .put(
                            "failing_since",
                            state.map(known -> JobJson.text(known.failingSince()))
                                    .orElse(null))
                    .put("reason", state.map(TargetState::reason).orElse(null))
                    .put("pending", of.backlog().pending())
                    .put("dead", of.backlog().dead())
                    .put("oldest_pending_at", JobJson.text(of.backlog().oldestPending()))
                    .put("last_error", of.lastError())
                    .put("sent_24h", of.sent())
                    .put("failed_24h", of.failed());
            ArrayNode hours = node.putArray("hours");
            of.hours()
                    .forEach(hour -> hours.addObject()
                            .put("at", hour.at().toString())
                            .put("sent", hour.sent())
                            .put("failed", hour.failed()));
        }
        return all;
    }

    ObjectNode replay(ApiRequest request) {
        String event = request.path().get(1);
        if (!event.matches(EVENT)) {
            throw new IllegalArgumentException("'" + event + "' is no id of an event");
        }
        List<String> again = undelivered.replay(event, wish(request));
        if (again.isEmpty()) {
            throw new Refused(404, "There is no event " + event + " that a target was meant to get.");
        }
        ObjectNode node = object().put("event", event);
        ArrayNode names = node.putArray("targets");
        again.forEach(names::add);
        return node;
    }

    ObjectNode enable(ApiRequest request) {
        String target = target(request).name();
        return object().put("target", target).put("enabled", undelivered.enable(target, wish(request)));
    }

    ObjectNode disable(ApiRequest request) {
        String target = target(request).name();
        return object().put("target", target).put("disabled", undelivered.disable(target, wish(request)));
    }

    ObjectNode test(ApiRequest request) {
        WebhookTarget target = target(request);
        Wish wish = wish(request);
        TestDelivery sent = TestDelivery.send(target, clients, clock);
        undelivered.tested(target.name(), sent, wish);
        ObjectNode node = object().put("target", target.name()).put("taken", sent.taken());
        return (sent.status() == 0 ? node.putNull("status") : node.put("status", sent.status()))
                .put("text", sent.text());
    }

    private static Wish wish(ApiRequest request) {
        return new Wish(request.by(), request.act().reason());
    }

    private WebhookTarget target(ApiRequest request) {
        String name = request.path().get(1);
        return Optional.ofNullable(targets.get(name))
                .orElseThrow(() -> new Refused(
                        404,
                        "There is no target '" + name + "'"
                                + (targets.isEmpty()
                                        ? "; none is configured."
                                        : "; configured: "
                                                + String.join(
                                                        ", ",
                                                        targets.keySet().stream()
                                                                .sorted()
                                                                .toList())
                                                + ".")));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
