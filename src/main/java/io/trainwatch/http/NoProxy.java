package io.trainwatch.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The hosts that are reached without a proxy, written as {@code NO_PROXY} is. No name is looked up. */
final class NoProxy {

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
            return Integer.parseInt(name.substring(colon + 1)) == port && isOrIsBelow(name.substring(0, colon), host);
        }
        return isOrIsBelow(name, host);
    }

    private static boolean isOrIsBelow(String name, String host) {
        return host.equals(name)
                || host.endsWith("." + name) && !ADDRESS.matcher(host).matches();
    }

    private static boolean isWithin(String network, String host) {
        String[] parts = network.split("/", 2);
        if (!ADDRESS.matcher(host).matches() || !ADDRESS.matcher(parts[0]).matches() || !parts[1].matches("\\d{1,3}")) {
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
