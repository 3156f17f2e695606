package io.trainwatch.settings;

import java.util.List;
import java.util.Optional;

/**
 * By which proxies others are reached.
 *
 * @param forHttps for addresses that begin with {@code https:}
 * @param forHttp for those that begin with {@code http:}
 * @param noProxy hosts that are reached without, as {@code NO_PROXY} lists them
 */
public record ProxySettings(Optional<Proxy> forHttps, Optional<Proxy> forHttp, List<String> noProxy) {

    /** An HTTP proxy; its user may be empty. */
    public record Proxy(String host, int port, Optional<User> user) {}

    /** Who uses the proxy. */
    public record User(String name, Optional<Secret> password) {}
}
