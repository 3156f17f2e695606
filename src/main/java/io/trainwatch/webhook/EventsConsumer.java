package io.trainwatch.webhook;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the events of a target to a route. While the route is stopped or suspended they are kept, and none is tried; once it
 * is removed none is kept any more.
 */
final class EventsConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(EventsConsumer.class);

    private final EventsEndpoint endpoint;
    private WebhookTarget target;

    EventsConsumer(EventsEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        target = endpoint.subscribe().orElse(null);
        if (target == null) {
            LOG.info("{} brings nothing, since Trainwatch is not configured or switched off", endpoint);
        } else {
            endpoint.getCamelContext()
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
            endpoint.outbox().begin(target.name());
        }
    }

    @Override
    protected void doStop() throws Exception {
        Outbox outbox = endpoint.outbox();
        if (target != null && outbox != null) {
            outbox.pause(target.name());
        }
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        CamelContext context = endpoint.getCamelContext();
        // What is published while all stops is for it, too.
        if (target != null && !context.isStopping() && !context.isStopped()) {
            endpoint.outbox().remove(target.name());
        }
        super.doShutdown();
    }
}
