package io.trainwatch.webhook;

import io.trainwatch.settings.Spelling;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Begins a route with the events of jobs: {@code trainwatch:events?types=job.failed&tenant=acme}. The route is a target of
 * the outbox, with what that promises; where Trainwatch is switched off, it gets nothing.
 */
public final class EventsEndpoint extends DefaultEndpoint {

    private Set<EventType> types =
            EventType.ofJobs().stream().map(EventType::ofWireName).collect(Collectors.toSet());
    private String target = "events";
    private String tenant;
    private PayloadFormat format = PayloadFormat.GENERIC;
    private String routingKey;
    private int concurrency = 20;
    private WebhookTarget subscribed;

    public EventsEndpoint(String uri, Component component) {
        super(uri, component);
    }

    /** The target, for which events are kept from now on; empty where Trainwatch is switched off. */
    public synchronized Optional<WebhookTarget> subscribe() {
        Outbox outbox = outbox();
        if (outbox == null) {
            return Optional.empty();
        }
        if (subscribed == null) {
            subscribed = new WebhookTarget(
                    target,
                    URI.create("camel:trainwatch:events"),
                    Optional.empty(),
                    types,
                    new Payload(format, format.template(), Optional.ofNullable(routingKey)),
                    Map.of(),
                    new WebhookTarget.Limits(
                            WebhookTarget.Limits.DEFAULT.timeout(), concurrency, OptionalDouble.empty()),
                    false,
                    Optional.of(getEndpointUri()),
                    Optional.ofNullable(tenant));
        }
        outbox.add(subscribed);
        return Optional.of(subscribed);
    }

    Outbox outbox() {
        return getCamelContext().getRegistry().lookupByNameAndType("trainwatchOutbox", Outbox.class);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        EventsConsumer consumer = new EventsConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("trainwatch:events begins a route and takes no messages");
    }

    /** @param types separated by commas */
    public void setTypes(String types) {
        this.types = Arrays.stream(types.split("[,\\s]+"))
                .map(type -> known("types", type, EventType.ofJobs()))
                .map(EventType::ofWireName)
                .collect(Collectors.toSet());
    }

    public void setTarget(String target) {
        if (!target.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("the target's name has 1 to 64 letters, digits, '_' or '-'");
        }
        this.target = target;
    }

    public String getTenant() {
        return tenant;
    }

    public void setTenant(String tenant) {
        this.tenant = tenant;
    }

    public void setFormat(String format) {
        List<String> formats = Arrays.stream(PayloadFormat.values())
                .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        this.format = PayloadFormat.valueOf(
                known("format", format, formats).toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    public void setRoutingKey(String routingKey) {
        this.routingKey = routingKey;
    }

    public void setConcurrency(int concurrency) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency is 1 or more");
        }
        this.concurrency = concurrency;
    }

    private static String known(String option, String text, List<String> all) {
        if (!all.contains(text)) {
            throw new IllegalArgumentException("'" + text + "' is none of the " + option + " "
                    + String.join(", ", all)
                    + Spelling.nearest(text, all)
                            .map(near -> ". Did you mean " + near + "?")
                            .orElse(""));
        }
        return text;
    }
}
