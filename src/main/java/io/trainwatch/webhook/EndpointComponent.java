package io.trainwatch.webhook;

import io.trainwatch.errors.Words;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * Hands an event to the Camel endpoint of a target, or to the route that begins with it:
 * {@code trainwatch-endpoint:<name of the target>}.
 *
 * <p>On an exchange of its own, which has the event alone: what the endpoint's routes make of variables, headers and
 * failures that they handle is none of the delivery's. The event is taken when that exchange ends without an exception.
 */
public final class EndpointComponent extends DefaultComponent {

    public static final String SCHEME = "trainwatch-endpoint";

    private final Map<String, WebhookTarget> targets;
    private final Map<String, EventsEndpoint.EventsConsumer> consumers = new ConcurrentHashMap<>();

    public EndpointComponent(CamelContext context, Map<String, WebhookTarget> targets) {
        super(context);
        this.targets = targets;
    }

    /**
     * To be called once the context has all that the endpoints may name.
     *
     * @throws SettingsException where one cannot be made
     */
    public void check() {
        List<Problem> problems = new ArrayList<>();
        for (WebhookTarget target : targets.values()) {
            if (target.camelUri().isPresent()) {
                try {
                    getCamelContext().getEndpoint(target.endpoint());
                } catch (RuntimeException e) {
                    problems.add(new Problem(
                            "trainwatch.webhook." + target.name() + ".endpoint",
                            Optional.empty(),
                            "no endpoint can be made of it: " + Words.why(e),
                            "Correct it, or put the jar of its component on the class path."));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    /** A route that is started again has another consumer. */
    void add(String target, EventsEndpoint.EventsConsumer consumer) {
        consumers.put(target, consumer);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
        // One that is no setting is of a route that begins with events.
        WebhookTarget target = targets.get(name);
        Endpoint taker = target == null
                ? null
                : getCamelContext().getEndpoint(target.camelUri().orElseThrow());
        return new HandingOn(uri, name, taker);
    }

    private final class HandingOn extends DefaultEndpoint {

        private final String name;
        private final Endpoint taker;

        /** @param taker {@code null} where a route begins with the events */
        HandingOn(String uri, String name, Endpoint taker) {
            super(uri, EndpointComponent.this);
            this.name = name;
            this.taker = taker;
        }

        @Override
        public Producer createProducer() {
            ProducerTemplate template = getCamelContext().createProducerTemplate();
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange delivery) throws Exception {
                    EventsEndpoint.EventsConsumer consumer = consumers.get(name);
                    Endpoint to = taker == null ? consumer.getEndpoint() : taker;
                    Exchange event = to.createExchange(ExchangePattern.InOnly);
                    event.getMessage().setBody(delivery.getMessage().getBody());
                    event.getMessage().setHeaders(delivery.getMessage().getHeaders());
                    if (taker == null) {
                        consumer.take(event);
                    } else {
                        template.send(taker, event);
                    }
                    if (event.getException() != null) {
                        throw event.getException();
                    }
                }

                @Override
                protected void doStop() throws Exception {
                    template.stop();
                    super.doStop();
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("Events are handed on to a target, and not taken from it");
        }
    }
}
