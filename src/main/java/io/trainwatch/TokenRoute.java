package io.trainwatch;

import io.trainwatch.http.Clients;
import io.trainwatch.measure.Measures;
import io.trainwatch.tenant.ClientAuth;
import io.trainwatch.tenant.Tenants;
import io.trainwatch.watch.Watch;
import java.net.URI;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Asks for a token through the route that an integrator may change. */
record TokenRoute(ProducerTemplate template, Watch watch, Supplier<Measures> measures) implements Tenants.TokenRequest {

    @Override
    public byte[] send(String alias, URI tokenUrl, ClientAuth way) throws Exception {
        watch.countRequest(alias);
        Exchange exchange = template.request("direct:trainwatch-fetch-token", request -> {
            request.setVariable("tenant", alias);
            String url = tokenUrl.toString().replaceFirst("\\?.*", "");
            request.setVariable("tokenUrl", Clients.endpoint(url, Clients.tenant(alias)));
            request.setVariable("clientAuth", way);
        });
        measures.get().fetchedToken(alias, exchange.getException() == null);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody(byte[].class);
    }
}
