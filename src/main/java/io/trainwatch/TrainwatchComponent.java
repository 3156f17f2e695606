package io.trainwatch;

import io.trainwatch.api.JobsEndpoint;
import io.trainwatch.settings.Spelling;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.webhook.EventsEndpoint;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/**
 * The ways between Trainwatch and routes of others: {@code trainwatch:events} begins a route with events, and
 * {@code trainwatch:jobs} has a route add, release, cancel and list jobs. {@code trainwatch.json} describes the options.
 */
public final class TrainwatchComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String subject, Map<String, Object> parameters) throws Exception {
        DefaultEndpoint endpoint = switch (subject) {
            case "events" -> new EventsEndpoint(uri, this);
            case "jobs" -> new JobsEndpoint(uri, this);
            default -> throw new IllegalArgumentException("there is trainwatch:events and trainwatch:jobs");
        };
        setProperties(endpoint, parameters);
        if (endpoint instanceof EventsEndpoint events && events.getTenant() != null) {
            checkTenant(events.getTenant());
        }
        return endpoint;
    }

    /** Of a mistyped one there would never be an event. */
    private void checkTenant(String tenant) {
        TrainwatchBeans beans = getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
        if (beans == null) {
            return;
        }
        Set<String> known = beans.settings().get(TenantSettings.TENANTS).keySet();
        if (!known.contains(tenant)) {
            throw new IllegalArgumentException("the tenant '" + tenant + "' is not configured; configured: " + known
                    + Spelling.nearest(tenant, known)
                            .map(near -> ". Did you mean " + near + "?")
                            .orElse(""));
        }
    }
}
