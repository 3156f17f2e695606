package io.trainwatch.api;

import io.trainwatch.settings.Part;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import java.util.Optional;

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
        if (path.isPresent() && !isProtected && values.find(HttpSettings.TOKEN).isEmpty()) {
            values.report(
                    HttpSettings.TOKEN.pattern(),
                    "is missing, though " + PATH.pattern() + " is set",
                    "Set it, or set " + PROTECTED.pattern() + "=true where the runtime itself sees to who may call.");
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
