package io.trainwatch;

import io.trainwatch.store.Store;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.seda.SedaEndpoint;

/**
 * Tells the writers of webhooks and audit that a commit may have left them something to do. Their queues hold one
 * message, and further ones are dropped: one says as much as many.
 */
final class WakeUp implements Store.CommitListener {

    private final CamelContext context;
    private final ProducerTemplate template;
    private volatile SedaEndpoint webhooks;
    private volatile SedaEndpoint audit;

    WakeUp(CamelContext context) {
        this.context = context;
        this.template = context.createProducerTemplate();
    }

    @Override
    public void committed() {
        if (context.isStarted()) {
            if (webhooks == null) {
                audit = endpoint("seda:trainwatch-write-audit?size=1&discardWhenFull=true");
                webhooks = endpoint("seda:trainwatch-send-webhooks?size=1&discardWhenFull=true");
            }
            wake(webhooks);
            wake(audit);
        }
    }

    /** A message that still waits will be taken after this commit; making another only costs time. */
    private void wake(SedaEndpoint writer) {
        if (writer.getQueue().isEmpty()) {
            template.sendBody(writer, null);
        }
    }

    private SedaEndpoint endpoint(String uri) {
        return context.getEndpoint(uri, SedaEndpoint.class);
    }
}
