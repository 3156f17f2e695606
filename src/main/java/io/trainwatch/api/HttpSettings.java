package io.trainwatch.api;

import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The HTTP server.
 *
 * @param host an IPv6 address has no brackets
 * @param port 0 for any that is free
 * @param token what callers must present to act, and may to read
 * @param readToken what callers may present to read; one of both is given where other machines reach the host
 */
public record HttpSettings(boolean enabled, String host, int port, Optional<Secret> token, Optional<Secret> readToken) {

    public static final Section SECTION = new Section("HTTP", "The API: statistics, jobs and health.");

    private static final Setting<Boolean> ENABLED =
            SECTION.setting("http.enabled", ValueType.trueOrFalse(), "true", "Whether to listen for HTTP at all.");
    private static final Setting<String> HOST = SECTION.setting(
            "http.host",
            Addresses.host(),
            "127.0.0.1",
            "The address to listen on; one that other machines reach needs a token.");
    private static final Setting<Integer> PORT =
            SECTION.setting("http.port", Quantities.port(), "8080", "The port to listen on; 0 is any that is free.");
    static final Setting<Secret> TOKEN = SECTION.optional(
            "http.token",
            ValueType.secretText(),
            "The bearer token that every caller must present, of 16 characters or more; it may do all.");
    private static final Setting<Secret> READ_TOKEN = SECTION.optional(
            "http.read-token",
            ValueType.secretText(),
            "A bearer token that only reads, for the page, Prometheus and the like. Without `http.token` beside it nothing"
                    + " can be changed over HTTP.");

    public static final Part<HttpSettings> HTTP = SECTION.part(HttpSettings::read);

    private static final int MIN_TOKEN = 16;

    private static HttpSettings read(Values values) {
        boolean enabled = values.get(ENABLED);
        String host = values.get(HOST);
        Optional<Secret> token = values.find(TOKEN);
        if (enabled && !Addresses.isLoopback(host)) {
            if (!values.isSet(TOKEN, "") && !values.isSet(READ_TOKEN, "")) {
                values.report(
                        TOKEN.pattern(),
                        "is missing, though other machines reach " + Problem.quoted(host),
                        "Set it, or set " + HOST.pattern() + "=127.0.0.1.");
            }
            values.warn(
                    HOST.pattern() + " is " + host + ", and the API is plain http: the token travels unencrypted. Put a"
                            + " proxy with TLS in front, and let others reach that alone.");
        }
        Optional<Secret> readToken = values.find(READ_TOKEN);
        if (enabled) {
            warnOfShort(TOKEN, token, values);
            warnOfShort(READ_TOKEN, readToken, values);
        }
        if (token.isPresent() && token.map(Secret::reveal).equals(readToken.map(Secret::reveal))) {
            values.report(
                    READ_TOKEN.pattern(),
                    "is the same as " + TOKEN.pattern() + ", which may do all",
                    "Make another with: openssl rand -hex 32");
        }
        return new HttpSettings(enabled, host, values.get(PORT), token, readToken);
    }

    /** All tokens. */
    public List<String> secrets() {
        return Stream.of(token, readToken)
                .flatMap(Optional::stream)
                .map(Secret::reveal)
                .toList();
    }

    private static void warnOfShort(Setting<Secret> setting, Optional<Secret> token, Values values) {
        if (token.filter(given -> given.reveal().length() < MIN_TOKEN).isPresent()) {
            values.warn(setting.pattern() + " has fewer than " + MIN_TOKEN
                    + " characters, so it can be guessed. Make one with: openssl rand -hex 32");
        }
    }

    /**
     * The API inside another runtime, which serves it.
     *
     * @param path below the runtime's REST path; empty where there is no API
     * @param protectedByHost whether the runtime sees to who may call, so that no token is asked for
     */
    public record EmbeddedHttp(Optional<String> path, boolean protectedByHost) {

        public static final Section SECTION =
                new Section("HTTP in another runtime", "The API where Trainwatch runs inside another Camel runtime.");

        private static final Setting<String> PATH = SECTION.optional(
                "http.path",
                ValueType.of("path", EmbeddedHttp::path),
                "Where the API is below the runtime's own REST path, such as `/trainwatch`; there is none unless this is given."
                        + " `bin/trainwatch` always serves `/api`.");
        private static final Setting<Boolean> PROTECTED = SECTION.setting(
                "http.protected-by-host",
                ValueType.trueOrFalse(),
                "false",
                "Whether the runtime itself sees to who may call `http.path`; otherwise `http.token` is needed, and asked for.");

        public static final Part<EmbeddedHttp> EMBEDDED = SECTION.part(EmbeddedHttp::read);

        private static EmbeddedHttp read(Values values) {
            Optional<String> path = values.find(PATH);
            boolean isProtected = values.get(PROTECTED);
            // For the routes: below the servlet of bin/trainwatch, which has the path /api.
            values.putEffective(PATH, "", path.orElse("/"));
            if (path.isPresent()
                    && !isProtected
                    && values.find(HttpSettings.TOKEN).isEmpty()) {
                values.report(
                        HttpSettings.TOKEN.pattern(),
                        "is missing, though " + PATH.pattern() + " is set",
                        "Set it, or set " + PROTECTED.pattern()
                                + "=true where the runtime itself sees to who may call.");
            }
            return new EmbeddedHttp(path, isProtected);
        }

        private static String path(String text) {
            if (!text.matches("(/[A-Za-z0-9._~-]+)+")) {
                throw new UnreadableValue("is no path", "Write one such as /trainwatch.");
            }
            return text;
        }
    }
}
