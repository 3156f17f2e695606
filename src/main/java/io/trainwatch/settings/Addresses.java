package io.trainwatch.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of values that say where something is: URLs, hosts, directories. */
public final class Addresses {

    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    /** A host name with an underscore somewhere, and a port perhaps. */
    private static final Pattern LOOSE_AUTHORITY =
            Pattern.compile("([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?)(?::(\\d{1,5}))?");

    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:.]{2,45}");

    private Addresses() {}

    /**
     * An absolute http or https URL without user information, query and fragment; slashes at its end are dropped.
     *
     * <p>A text that may carry a password or a token ({@code user:password@}, {@code ?key=…}) is not shown in a problem.
     */
    public static ValueType<URI> url() {
        return url(false);
    }

    /**
     * As {@link #url}, but to the letter: with a query where the receiver wants one, and with slashes at the end. Path and
     * query may hold the receiver's secret, so that nothing of a URL that cannot be read is shown.
     */
    public static ValueType<URI> receiverUrl() {
        return url(true);
    }

    private static ValueType<URI> url(boolean queryAllowed) {
        return ValueType.of("URL, http or https", text -> {
            try {
                return parseUrl(text, queryAllowed);
            } catch (UnreadableValue e) {
                throw queryAllowed || text.contains("@") || text.contains("?") ? e.confidential() : e;
            }
        });
    }

    private static URI parseUrl(String text, boolean queryAllowed) {
        URI url;
        try {
            url = new URI(queryAllowed ? text : text.replaceFirst("/+$", ""));
        } catch (URISyntaxException e) {
            throw notAUrl();
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw notAUrl();
        }
        if (url.getRawUserInfo() != null) {
            throw new UnreadableValue(
                    "carries a user name or a password",
                    "Remove what stands before the @; secrets have keys of their own.");
        }
        if (hostOf(url) == null || portOf(url) > 65_535) {
            throw notAUrl();
        }
        if (url.getRawFragment() != null || url.getRawQuery() != null && !queryAllowed) {
            throw new UnreadableValue("has a query or a fragment", "Remove what stands from the ? or # on.");
        }
        return url;
    }

    /**
     * The host of a URL, an IPv6 address in brackets; {@code null} where it has none. Java's own finds none with an
     * underscore, which is no character of a host name, but of many a service's in Docker.
     */
    public static String hostOf(URI url) {
        if (url.getHost() != null || url.getRawAuthority() == null) {
            return url.getHost();
        }
        Matcher named = LOOSE_AUTHORITY.matcher(url.getRawAuthority());
        return named.matches() ? named.group(1) : null;
    }

    /** The port of a URL; -1 where it names none. */
    public static int portOf(URI url) {
        if (url.getHost() != null || url.getRawAuthority() == null) {
            return url.getPort();
        }
        Matcher named = LOOSE_AUTHORITY.matcher(url.getRawAuthority());
        return named.matches() && named.group(2) != null ? Integer.parseInt(named.group(2)) : -1;
    }

    private static UnreadableValue notAUrl() {
        return new UnreadableValue("is not an http or https URL", "Write one such as https://tenant.example/api/v2.");
    }

    /** A host name or an IP address to listen on; an IPv6 address with or without brackets. Not looked up. */
    public static ValueType<String> host() {
        return ValueType.of("host name or IP address", text -> {
            String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
            if (!IPV6.matcher(bare).matches() && !HOST_NAME.matcher(text).matches()) {
                throw new UnreadableValue(
                        "is not a host name or an IP address", "Write one such as 127.0.0.1, without a port.");
            }
            return bare;
        });
    }

    /** Whether only this machine can reach the host. Decided by the text alone, so that no name is looked up. */
    public static boolean isLoopback(String host) {
        String bare = host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        return bare.equals("localhost")
                || bare.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")
                || bare.matches("(0{1,4}:){7}0{0,3}1|::1");
    }

    /** A directory, relative to the working directory; it need not exist yet. */
    public static ValueType<Path> directory() {
        return ValueType.of("directory", text -> {
            Path path;
            try {
                path = Path.of(text);
            } catch (InvalidPathException e) {
                throw new UnreadableValue("is not a path", "Write the path of a directory.");
            }
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw new UnreadableValue("is a file", "Write the path of a directory.");
            }
            return path;
        });
    }

    /** A file that can be read now, relative to the working directory. */
    public static ValueType<Path> file() {
        return ValueType.of("file", text -> {
            try {
                Path path = Path.of(text);
                if (Files.isRegularFile(path) && Files.isReadable(path)) {
                    return path;
                }
            } catch (InvalidPathException e) {
                // No path is no file either.
            }
            throw new UnreadableValue("is no file that can be read", "Write the path of a file.");
        });
    }
}
