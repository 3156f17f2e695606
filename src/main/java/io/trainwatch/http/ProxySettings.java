package io.trainwatch.http;

import io.trainwatch.settings.Part;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By which proxies others are reached.
 *
 * @param forHttps for addresses that begin with {@code https:}
 * @param forHttp for those that begin with {@code http:}
 * @param noProxy hosts that are reached without, as {@code NO_PROXY} lists them
 */
public record ProxySettings(Optional<Proxy> forHttps, Optional<Proxy> forHttp, List<String> noProxy) {

    public static final Section SECTION = new Section(
            "Network", "The way to tenants, token endpoints, webhooks and Prometheus; see [tenants](tenants.md).");

    private static final Setting<Proxy> GIVEN = SECTION.optional(
            "proxy",
            ValueType.secret("secret, `http://[user:password@]host:port`", ProxySettings::parse),
            "The HTTP proxy; unless given, what `HTTPS_PROXY` and `HTTP_PROXY` name, if anything.");
    private static final Setting<List<String>> NO_PROXY = SECTION.optional(
            "no-proxy",
            ValueType.list(),
            "The hosts that are reached without a proxy: names, which stand for what is below them too, addresses, networks"
                    + " such as `10.0.0.0/8`, or `*`; unless given, what `NO_PROXY` lists.");

    public static final Part<ProxySettings> PROXIES = SECTION.part(ProxySettings::read);

    /** None at all. */
    public static final ProxySettings DIRECT = new ProxySettings(Optional.empty(), Optional.empty(), List.of());

    private static final Pattern FORM = Pattern.compile(
            "(?i)(?:http://)?(?:([^:@/]+)(?::([^@/]*))?@)?(\\[[0-9a-f:.]+]|[a-z0-9_][a-z0-9_.-]{0,252}):(\\d{1,5})/?");

    /** An HTTP proxy; its user may be empty. */
    public record Proxy(String host, int port, Optional<User> user) {}

    /** Who uses the proxy. */
    public record User(String name, Optional<Secret> password) {}

    private static ProxySettings read(Values values) {
        Optional<Proxy> given = values.find(GIVEN);
        boolean isGiven = values.isSet(GIVEN, "");
        List<String> noProxy = values.isSet(NO_PROXY, "")
                ? values.find(NO_PROXY).orElse(List.of())
                : List.of(values.variable("NO_PROXY").orElse("").split("[,\\s]+"));
        return new ProxySettings(
                isGiven ? given : usual(values, "HTTPS_PROXY"),
                isGiven ? given : usual(values, "HTTP_PROXY"),
                noProxy.stream().filter(host -> !host.isBlank()).toList());
    }

    /** What other programs on this machine use; one that cannot be used here is theirs only. */
    private static Optional<Proxy> usual(Values values, String name) {
        return values.variable(name).flatMap(text -> {
            try {
                return Optional.of(parse(text));
            } catch (UnreadableValue e) {
                values.warn("The environment variable " + name + " " + e.getMessage() + " and is passed over. Set "
                        + GIVEN.pattern() + " if a proxy is needed.");
                return Optional.empty();
            }
        });
    }

    private static Proxy parse(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches() || Integer.parseInt(parts.group(4)) > 65_535) {
            throw new UnreadableValue(
                    "is no address of an HTTP proxy", "Write one such as http://user:password@proxy.example:3128.");
        }
        Optional<User> user = Optional.ofNullable(parts.group(1))
                .map(name -> new User(
                        decoded(name),
                        Optional.ofNullable(parts.group(2))
                                .filter(password -> !password.isEmpty())
                                .map(password -> Secret.of(decoded(password)))));
        return new Proxy(parts.group(3), Integer.parseInt(parts.group(4)), user);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // a password with a percent sign that nobody encoded
        }
    }
}
