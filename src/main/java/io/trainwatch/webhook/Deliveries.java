package io.trainwatch.webhook;

import io.trainwatch.errors.RetryAfter;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.http.base.HttpOperationFailedException;

/** One attempt to deliver an event: what is sent, and what became of it. Thread-safe. */
public final class Deliveries {

    private final Outbox outbox;
    private final InstantSource clock;

    public Deliveries(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Makes the message the signed request for the delivery. The variable {@code endpoint} says where it goes.
     */
    public void sign(@Variable("delivery") Delivery delivery, Exchange exchange) {
        WebhookTarget target = delivery.target();
        // Here, because the route's language would look for the getters anew for each delivery.
        exchange.setVariable("endpoint", target.endpoint());
        Message message = exchange.getMessage();
        Delivery.Request request = Delivery.Request.of(delivery, clock.instant());
        message.setBody(request.body());
        request.headers().forEach(message::setHeader);
        if (target.camelUri().isPresent()) {
            message.setHeader("trainwatch-event-type", delivery.type().wireName());
            message.setHeader("trainwatch-job", delivery.job());
            return;
        }
        // Not as text: Camel would look for a converter each time.
        message.setHeader(Exchange.HTTP_METHOD, HttpMethods.POST);
        message.setHeader(Exchange.HTTP_PATH, target.path());
        if (target.query() != null) {
            message.setHeader(Exchange.HTTP_RAW_QUERY, target.query());
        }
    }

    /** The target answered with success, as far as the status says; a Camel endpoint has taken the event. */
    public void delivered(
            @Variable("delivery") Delivery delivery,
            @Header(Exchange.HTTP_RESPONSE_CODE) Integer status,
            Exchange exchange) {
        if (delivery.target().camelUri().isPresent()) {
            outbox.settle(delivery, DeliveryResult.Delivered.TO_ENDPOINT);
            return;
        }
        byte[] body = delivery.format() == Payload.Format.TEAMS
                ? exchange.getMessage().getBody(byte[].class)
                : null;
        outbox.settle(delivery, DeliveryResult.ofResponse(delivery.format(), status, body, Optional.empty()));
    }

    /** The target refused, or gave no answer. */
    public void failed(@Variable("delivery") Delivery delivery, Exchange exchange) {
        failed(delivery, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }

    /** The message is at its end; where nobody has settled the attempt, it failed. */
    public void leftOver(Delivery delivery, Throwable thrown) {
        if (outbox.isLeftOver(delivery)) {
            failed(delivery, thrown == null ? new IllegalStateException("the route sent nothing") : thrown);
        }
    }

    private void failed(Delivery delivery, Throwable thrown) {
        DeliveryResult result = thrown instanceof HttpOperationFailedException answer
                ? DeliveryResult.ofStatus(
                        answer.getStatusCode(),
                        RetryAfter.of(
                                answer.getStatusCode(),
                                answer.getResponseHeaders(),
                                clock.instant(),
                                Settlements.DeliverySchedule.MAX_ASKED))
                : DeliveryResult.ofException(thrown, delivery.target().limits().timeout());
        outbox.settle(delivery, result);
    }
}
