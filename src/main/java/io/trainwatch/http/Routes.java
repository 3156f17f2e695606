package io.trainwatch.http;

import io.trainwatch.http.ProxySettings.Proxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * By which way a host is reached: directly or by a proxy.
 *
 * <p>By a proxy, it is the proxy that looks up the name. For a target that may be at public addresses only, the name is
 * looked up here as well: one that has an address here that is not public is refused. What a name that is not known here
 * stands for, the proxy alone can tell.
 */
final class Routes extends DefaultRoutePlanner {

    private final ProxySettings settings;
    private final NoProxy noProxy;
    private final Optional<AddressGuard> guard;

    /** @param guard of a target that may be at public addresses only */
    Routes(ProxySettings settings, Optional<AddressGuard> guard) {
        super(DefaultSchemePortResolver.INSTANCE);
        this.settings = settings;
        this.noProxy = new NoProxy(settings.noProxy());
        this.guard = guard;
    }

    /** The proxy for the host; empty where it is reached directly. */
    Optional<Proxy> proxyFor(String scheme, String host, int port) {
        boolean secure = scheme.equalsIgnoreCase("https");
        int actual = port > 0 ? port : secure ? 443 : 80;
        return noProxy.holds(host, actual) ? Optional.empty() : secure ? settings.forHttps() : settings.forHttp();
    }

    @Override
    protected HttpHost determineProxy(HttpHost target, HttpContext context) throws HttpException {
        Optional<Proxy> proxy = proxyFor(target.getSchemeName(), target.getHostName(), target.getPort());
        // What is connected to directly is checked then; but for the proxies, which are let through.
        if (guard.isPresent() && (proxy.isPresent() || isProxy(target.getHostName()))) {
            check(target, guard.get());
        }
        if (proxy.isEmpty()) {
            return null;
        }
        return new HttpHost(
                "http",
                proxy.get().host().replaceAll("[\\[\\]]", ""),
                proxy.get().port());
    }

    private static void check(HttpHost target, AddressGuard guard) throws HttpException {
        try {
            guard.resolve(target.getHostName());
        } catch (AddressGuard.NotPublic e) {
            throw new HttpException(e.getMessage(), e);
        } catch (UnknownHostException e) {
            // Not known here: the proxy may know it.
        }
    }

    /** Lets the proxies through, which are seldom public, and asks the guard about all else. */
    DnsResolver names(DnsResolver names) {
        if (guard.isEmpty()) {
            return names;
        }
        return new DnsResolver() {
            @Override
            public java.net.InetAddress[] resolve(String host) throws UnknownHostException {
                return isProxy(host) ? names.resolve(host) : guard.get().resolve(host);
            }

            @Override
            public String resolveCanonicalHostname(String host) throws UnknownHostException {
                return names.resolveCanonicalHostname(host);
            }
        };
    }

    private boolean isProxy(String host) {
        return settings.forHttps().stream().anyMatch(proxy -> proxy.host().equals(host))
                || settings.forHttp().stream().anyMatch(proxy -> proxy.host().equals(host));
    }

    /** The hosts that are reached without a proxy, written as {@code NO_PROXY} is. No name is looked up. */
    static final class NoProxy {

        private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*");

        private final List<String> entries;

        NoProxy(List<String> entries) {
            this.entries = entries.stream()
                    .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                    .toList();
        }

        boolean holds(String host, int port) {
            String bare = host.replaceAll("[\\[\\]]|\\.$", "").toLowerCase(Locale.ROOT);
            return entries.stream().anyMatch(entry -> holds(entry, bare, port));
        }

        private static boolean holds(String entry, String host, int port) {
            if (entry.equals("*")) {
                return true;
            }
            if (entry.contains("/")) {
                return isWithin(entry, host);
            }
            String name = entry.replaceFirst("^\\*?\\.", "").replaceAll("[\\[\\]]", "");
            if (name.matches("[^:]+:\\d{1,5}|.*]:\\d{1,5}")) {
                int colon = name.lastIndexOf(':');
                return Integer.parseInt(name.substring(colon + 1)) == port
                        && isOrIsBelow(name.substring(0, colon), host);
            }
            return isOrIsBelow(name, host);
        }

        private static boolean isOrIsBelow(String name, String host) {
            return host.equals(name)
                    || host.endsWith("." + name) && !ADDRESS.matcher(host).matches();
        }

        private static boolean isWithin(String network, String host) {
            String[] parts = network.split("/", 2);
            if (!ADDRESS.matcher(host).matches()
                    || !ADDRESS.matcher(parts[0]).matches()
                    || !parts[1].matches("\\d{1,3}")) {
                return false;
            }
            try {
                int bits = Integer.parseInt(parts[1]);
                int most = InetAddress.getByName(parts[0]).getAddress().length * 8;
                return bits <= most && new AddressGuard.Range(parts[0], bits).holds(InetAddress.getByName(host));
            } catch (UnknownHostException e) {
                return false;
            }
        }
    }
}
