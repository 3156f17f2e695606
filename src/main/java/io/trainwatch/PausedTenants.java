package io.trainwatch;

import io.trainwatch.tenant.Tenants;
import io.trainwatch.watch.TenantPauses;
import org.apache.camel.Exchange;

/** Lets no request pass to a tenant that is left alone for a while, and heeds what a response says of its quota. */
record PausedTenants(TenantPauses pauses) implements Tenants.Gate {

    @Override
    public void check(Exchange exchange) {
        pauses.check(exchange);
    }

    @Override
    public void heard(Exchange exchange) {
        pauses.heedQuota(exchange);
    }
}
