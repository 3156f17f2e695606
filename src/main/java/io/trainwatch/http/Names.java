package io.trainwatch.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpHost;

/**
 * Names of hosts with an underscore, as Docker gives them to services, on their way through code that takes none: Java's URI
 * says that such a URL has no host, and camel-http asks it. A stand-in without underscores passes, and the client puts the
 * name back.
 */
final class Names {

    private static final Pattern LOOSE_HOST = Pattern.compile("^((?:https?://)?)([A-Za-z0-9.-]*_[A-Za-z0-9_.-]*)");
    private static final Pattern STAND_IN = Pattern.compile("h((?:[0-9a-f]{2})+)\\.underscore");

    private Names() {}

    /** The URL, or what follows its scheme, with the stand-in where the host has an underscore. */
    static String withStandIn(String url) {
        Matcher loose = LOOSE_HOST.matcher(url);
        return loose.find()
                ? loose.group(1) + "h"
                        + HexFormat.of().formatHex(loose.group(2).getBytes(StandardCharsets.US_ASCII)) + ".underscore"
                        + url.substring(loose.end())
                : url;
    }

    /** The host that is meant. */
    static HttpHost real(HttpHost host) {
        String name = real(host.getHostName());
        return name.equals(host.getHostName()) ? host : new HttpHost(host.getSchemeName(), name, host.getPort());
    }

    /** The name that is meant. */
    static String real(String name) {
        Matcher standIn = STAND_IN.matcher(name);
        return standIn.matches()
                ? new String(HexFormat.of().parseHex(standIn.group(1)), StandardCharsets.US_ASCII)
                : name;
    }
}
