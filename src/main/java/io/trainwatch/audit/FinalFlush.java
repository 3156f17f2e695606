package io.trainwatch.audit;

import io.trainwatch.errors.Words;
import io.trainwatch.store.StoreUnavailable;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is left when the route stops, and a checkpoint behind it, through the endpoint that the route uses. By then
 * no other route is at work, so that nothing comes behind the checkpoint.
 */
public final class FinalFlush extends RoutePolicySupport {

    private static final Logger LOG = LoggerFactory.getLogger(FinalFlush.class);
    /** More lines than these wait for the next start. */
    private static final int MOST_GROUPS = 50;

    private final AuditExport export;
    private final CamelContext context;

    public FinalFlush(AuditExport export, CamelContext context) {
        this.export = export;
        this.context = context;
    }

    @Override
    public void onStop(Route route) {
        export.stopping();
        try {
            boolean more = true;
            for (int i = 0; more && i < MOST_GROUPS; i++) {
                more = writeNext();
            }
        } catch (StoreUnavailable e) {
            LOG.debug("The store never opened, so that nothing waits in it", e);
        } catch (Exception e) {
            LOG.warn("The last lines of the audit wait in the store for the next start: {}", Words.why(e));
        } finally {
            export.end();
        }
    }

    private boolean writeNext() throws Exception {
        Exchange exchange = context.getEndpoint(endpoint()).createExchange();
        export.next(exchange.getMessage());
        AuditExport.Group group = exchange.getMessage().getBody(AuditExport.Group.class);
        if (group == null) {
            return false;
        }
        exchange.getMessage().setBody(group.bytes());
        Exchange sent = context.createFluentProducerTemplate()
                .to(endpoint())
                .withExchange(exchange)
                .send();
        if (sent.getException() != null) {
            throw sent.getException();
        }
        export.written(group);
        return true;
    }

    private String endpoint() {
        return "file:" + context.resolvePropertyPlaceholders("{{trainwatch.audit.directory}}")
                + "?fileExist=Append&allowNullBody=false";
    }
}
