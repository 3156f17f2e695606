package io.trainwatch;

import io.trainwatch.store.Store;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;

/**
 * Tells the writers of webhooks and audit that a commit may have left them something to do. Their queues hold one
 * message, and further ones are dropped: one says as much as many.
 */
final class WakeUp implements Store.CommitListener {

    private final CamelContext context;
    private final ProducerTemplate template;

    WakeUp(CamelContext context) {
        this.context = context;
        this.template = context.createProducerTemplate();
    }

    @Override
    public void committed() {
        if (context.isStarted()) {
            template.sendBody("seda:send-webhooks?size=1&discardWhenFull=true", null);
            template.sendBody("seda:write-audit?size=1&discardWhenFull=true", null);
        }
    }
}
