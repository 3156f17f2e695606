package io.trainwatch.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds the key that a {@code TRAINWATCH_…} environment variable stands for. */
final class EnvironmentNames {

    private static final String PREFIX = "TRAINWATCH_";

    /** Read by the start script, the command line and the log; they are no settings. */
    private static final Set<String> NO_SETTINGS = Set.of(
            "TRAINWATCH_HOME",
            "TRAINWATCH_JAVA_OPTS",
            "TRAINWATCH_LOG_FORMAT",
            "TRAINWATCH_LOG_LEVEL",
            "TRAINWATCH_PROFILE");

    /** What Kubernetes and Docker set for a service whose name begins with {@code trainwatch}, by name and value. */
    private static final List<ServiceLink> SERVICE_LINKS = List.of(
            new ServiceLink("TRAINWATCH_(.+_)?SERVICE_HOST", ".*"),
            new ServiceLink("TRAINWATCH_(.+_)?SERVICE_PORT(_.+)?", "\\d*"),
            new ServiceLink("TRAINWATCH_(.+_)?PORT", "(tcp|udp|sctp)://.*"),
            new ServiceLink("TRAINWATCH_(.+_)?PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?", ".*"));

    private record ServiceLink(Pattern name, Pattern value) {
        ServiceLink(String name, String value) {
            this(Pattern.compile(name), Pattern.compile(value));
        }
    }

    private EnvironmentNames() {}

    /** The variables that point to a service of the platform and are no settings, sorted. */
    static List<String> serviceLinks(Map<String, String> environment) {
        return environment.keySet().stream()
                .filter(variable -> isServiceLink(variable, environment.get(variable)))
                .sorted()
                .toList();
    }

    private static boolean isServiceLink(String variable, String value) {
        return SERVICE_LINKS.stream()
                .anyMatch(link -> link.name().matcher(variable).matches()
                        && link.value().matcher(value).matches());
    }

    /** @param configured the keys known otherwise, from which the names of tenants and webhooks are recognised */
    static Source source(Schema schema, Map<String, String> environment, Set<String> configured) {
        Map<String, Sources.Entry> entries = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (!variable.startsWith(PREFIX) || NO_SETTINGS.contains(variable) || isServiceLink(variable, value)) {
                return;
            }
            Optional<String> key = keyOf(schema, variable, configured);
            if (key.isPresent()) {
                Optional<String> origin = Optional.of("environment variable " + variable);
                entries.put(key.get(), new Sources.Entry(value, origin, Optional.empty()));
            } else {
                problems.add(unknown(schema, variable));
            }
        });
        return new Sources.Listed(entries, problems);
    }

    /** The key; empty where the variable is no setting. */
    static Optional<String> keyOf(Schema schema, String variable, Set<String> configured) {
        for (Setting<?> setting : schema.settings()) {
            if (!setting.isPerName() && setting.environmentName().equals(variable)) {
                return Optional.of(setting.pattern());
            }
        }
        return schema.settings().stream()
                .flatMap(setting ->
                        setting.nameInVariable(variable).map(name -> new Schema.Match(setting, name)).stream())
                .min(Schema.NEAREST)
                .map(match -> match.setting().key(configuredName(schema, match, configured)));
    }

    /** The name that looks like this in capitals among those of the same kind, otherwise the text in lower case. */
    private static String configuredName(Schema schema, Schema.Match found, Set<String> configured) {
        return configured.stream()
                .map(schema::match)
                .flatMap(Optional::stream)
                .filter(match -> match.setting().kind().equals(found.setting().kind()))
                .map(Schema.Match::name)
                .filter(name -> Setting.environmentName(name).equals(found.name()))
                .findFirst()
                .orElseGet(() -> found.name().toLowerCase(Locale.ROOT));
    }

    private static Problem unknown(Schema schema, String variable) {
        String asKey = variable.toLowerCase(Locale.ROOT).replace('_', '.');
        String advice = schema.nearest(asKey)
                .map(key -> "Did you mean " + Setting.environmentName(key) + "?")
                .orElse("Remove it, or see docs/configuration.md for what there is.");
        return new Problem(variable, Optional.of("environment"), "there is no such setting", advice);
    }
}
