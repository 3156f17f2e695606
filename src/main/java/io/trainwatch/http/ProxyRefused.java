package io.trainwatch.http;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;
import java.io.IOException;

/** The proxy, and not the side behind it, answered that there is no way. */
public final class ProxyRefused extends IOException implements Classified {

    ProxyRefused(int status) {
        super("the proxy answers " + status + "; check trainwatch.proxy, or HTTPS_PROXY and HTTP_PROXY, and its user");
    }

    @Override
    public FailureKind kind() {
        return FailureKind.UNAVAILABLE;
    }
}
