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
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a route with the events of jobs: {@code trainwatch:events?types=job.failed&tenant=acme}. The route is a target of
 * the outbox, with what that promises; where Trainwatch is switched off, it gets nothing.
 */
public final class EventsEndpoint extends DefaultEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(EventsEndpoint.class);

    private Set<EventType> types =
            EventType.ofJobs().stream().map(EventType::ofWireName).collect(Collectors.toSet());
    private String target = "events";
    private String tenant;
    private Payload.Format format = Payload.Format.GENERIC;
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
        EventsConsumer consumer = new EventsConsumer(processor);
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
        List<String> formats = Arrays.stream(Payload.Format.values())
                .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        this.format = Payload.Format.valueOf(
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

    /**
     * Hands the events of a target to a route. While the route is stopped or suspended they are kept, and none is tried; once it
     * is removed none is kept any more.
     */
    final class EventsConsumer extends DefaultConsumer {

        private WebhookTarget target;

        EventsConsumer(Processor processor) {
            super(EventsEndpoint.this, processor);
        }

        @Override
        protected void doInit() throws Exception {
            super.doInit();
            target = subscribe().orElse(null);
            if (target == null) {
                LOG.info("{} brings nothing, since Trainwatch is not configured or switched off", EventsEndpoint.this);
            } else {
                getCamelContext()
                        .getComponent(EndpointComponent.SCHEME, EndpointComponent.class)
                        .add(target.name(), this);
            }
        }

        /** Returns when the route has taken the event, and throws what keeps it from that. */
        void take(Exchange event) throws Exception {
            createUoW(event);
            try {
                getProcessor().process(event);
            } finally {
                doneUoW(event);
            }
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            if (target != null) {
                outbox().begin(target.name());
            }
        }

        @Override
        protected void doStop() throws Exception {
            Outbox outbox = outbox();
            if (target != null && outbox != null) {
                outbox.pause(target.name());
            }
            super.doStop();
        }

        @Override
        protected void doShutdown() throws Exception {
            CamelContext context = getCamelContext();
            // What is published while all stops is for it, too.
            if (target != null && !context.isStopping() && !context.isStopped()) {
                outbox().remove(target.name());
            }
            super.doShutdown();
        }
    }
}
