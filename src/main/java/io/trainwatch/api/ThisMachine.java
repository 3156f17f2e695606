package io.trainwatch.api;

import io.trainwatch.settings.Addresses;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Lets in callers on this machine, and no page of another site. A browser on this machine runs pages of other sites, which
 * can call any server that it can reach. Their calls name that site: as {@code Origin}, or, where its name was made to lead
 * here (DNS rebinding), as {@code Host}.
 */
final class ThisMachine implements Access {

    @Override
    public Optional<Refusal> refuse(Request request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String host = Objects.requireNonNullElse(Request.getServerName(request), "");
        if (Addresses.isLoopback(host) && (origin == null || Addresses.isLoopback(hostOf(origin)))) {
            Caller.THIS_MACHINE.putInto(request);
            return Optional.empty();
        }
        return Refusal.of(
                403,
                "Without trainwatch.http.token only 127.0.0.1, [::1] and localhost are answered, and no page of another"
                        + " site. Call one of these, or set the token.");
    }

    /** Empty for {@code null}, which stands for an origin that is not told. */
    private static String hostOf(String origin) {
        try {
            return Objects.requireNonNullElse(URI.create(origin).getHost(), "");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
