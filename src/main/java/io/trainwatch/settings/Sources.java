package io.trainwatch.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The usual sources of properties. */
public final class Sources {

    private Sources() {}

    /** The properties of a map, with no origin. Later changes to the map are not seen. */
    public static Source of(Map<String, String> properties) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        properties.forEach((name, value) -> entries.put(name, new Entry(value, Optional.empty(), Optional.empty())));
        return new Listed(entries, List.of());
    }

    /**
     * A {@code .properties} file in UTF-8, read now.
     *
     * <p>Never throws: a file that is missing, unreadable or not UTF-8, and a key that stands in it twice, are among the
     * {@link Source#problems()}.
     */
    public static Source file(Path file) {
        return PropertiesFile.read(file);
    }

    /** Several sources as one; where more than one has a property, the first one's value counts. */
    public static Source layered(Source... firstWins) {
        return new Layered(List.of(firstWins));
    }

    /** The source without the properties whose names match. */
    public static Source without(Source source, Predicate<String> names) {
        Map<String, Entry> rest = new LinkedHashMap<>();
        source.names().stream()
                .filter(names.negate())
                .forEach(name -> rest.put(
                        name, new Entry(source.value(name).orElseThrow(), source.origin(name), source.file(name))));
        return new Listed(rest, source.problems());
    }

    /**
     * The properties beneath, overridden by the {@code TRAINWATCH_…} variables.
     *
     * <p>{@code TRAINWATCH_POLL_INTERVAL} is {@code trainwatch.poll.interval}. The name of a tenant or a webhook is the
     * configured one that looks the same in capitals with {@code -} as {@code _}, otherwise the text in lower case. A
     * {@code TRAINWATCH_…} variable that is no setting is a problem, except {@code TRAINWATCH_HOME},
     * {@code TRAINWATCH_JAVA_OPTS}, {@code TRAINWATCH_PROFILE} and those that Kubernetes sets for its services.
     *
     * @param environment usually {@link System#getenv()}
     */
    public static Source withEnvironment(Schema schema, Source beneath, Map<String, String> environment) {
        return layered(EnvironmentNames.source(schema, environment, beneath.names()), beneath);
    }

    /** One property: its value, where a person finds it, and its file. */
    record Entry(String value, Optional<String> origin, Optional<Path> file) {}

    /** Properties that are all known from the start. */
    record Listed(Map<String, Entry> entries, List<Problem> problems) implements Source {

        @Override
        public Set<String> names() {
            return entries.keySet();
        }

        @Override
        public Optional<String> value(String name) {
            return Optional.ofNullable(entries.get(name)).map(Entry::value);
        }

        @Override
        public Optional<String> origin(String name) {
            return Optional.ofNullable(entries.get(name)).flatMap(Entry::origin);
        }

        @Override
        public Optional<Path> file(String name) {
            return Optional.ofNullable(entries.get(name)).flatMap(Entry::file);
        }
    }

    private record Layered(List<Source> layers) implements Source {

        @Override
        public Set<String> names() {
            Set<String> names = new LinkedHashSet<>();
            layers.forEach(layer -> names.addAll(layer.names()));
            return names;
        }

        @Override
        public Optional<String> value(String name) {
            return topmost(name).flatMap(layer -> layer.value(name));
        }

        @Override
        public Optional<String> origin(String name) {
            return topmost(name).flatMap(layer -> layer.origin(name));
        }

        @Override
        public Optional<Path> file(String name) {
            return topmost(name).flatMap(layer -> layer.file(name));
        }

        @Override
        public List<Problem> problems() {
            return layers.stream().flatMap(layer -> layer.problems().stream()).toList();
        }

        private Optional<Source> topmost(String name) {
            return layers.stream()
                    .filter(layer -> layer.value(name).isPresent())
                    .findFirst();
        }
    }

    /**
     * Reads a {@code .properties} file and remembers the line of every key, because "line 12" is what a person needs to
     * correct it.
     *
     * <p>{@link Properties} forgets lines and lets the last of two equal keys win in silence. So the text is cut into logical
     * lines here, and each is given to {@code Properties} by itself, which keeps its rules for escapes and separators.
     */
    static final class PropertiesFile {

        private static final int MAX_BYTES = 1024 * 1024;

        private final Path file;
        private final Map<String, Sources.Entry> entries = new LinkedHashMap<>();
        private final List<Problem> problems = new ArrayList<>();

        private PropertiesFile(Path file) {
            this.file = file;
        }

        static Source read(Path file) {
            PropertiesFile reading = new PropertiesFile(file);
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    reading.refuse("the file is longer than 1 MiB", "Name a file of properties.");
                } else {
                    reading.read(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
                }
            } catch (NoSuchFileException e) {
                reading.refuse("there is no such file", "Create it, or name another one.");
            } catch (CharacterCodingException e) {
                reading.refuse("the file is not UTF-8", "Save it as UTF-8.");
            } catch (IOException e) {
                reading.refuse("the file cannot be read", "See that it is a file that this user may read.");
            }
            return new Sources.Listed(reading.entries, reading.problems);
        }

        private void read(String text) {
            String[] lines = text.replaceFirst("^\uFEFF", "").split("\r\n|\r|\n", -1);
            int next = 0;
            while (next < lines.length) {
                int first = next++;
                if (isComment(lines[first])) {
                    continue;
                }
                StringBuilder logical = new StringBuilder(lines[first]);
                while (endsInOddBackslashes(lines[next - 1]) && next < lines.length) {
                    logical.append('\n').append(lines[next++]);
                }
                add(logical.toString(), first + 1);
            }
        }

        private void add(String logicalLine, int number) {
            Properties parsed = new Properties();
            try {
                parsed.load(new StringReader(logicalLine));
            } catch (IOException | IllegalArgumentException e) {
                problems.add(
                        new Problem(
                                place(number),
                                Optional.empty(),
                                "the line has a malformed \\u escape",
                                "Write the character itself, or \\u and four hexadecimal digits; a backslash is written \\\\."));
                return;
            }
            for (String key : parsed.stringPropertyNames()) {
                Sources.Entry entry =
                        new Sources.Entry(parsed.getProperty(key), Optional.of(place(number)), Optional.of(file));
                Sources.Entry earlier = entries.putIfAbsent(key, entry);
                if (earlier != null) {
                    problems.add(new Problem(
                            key,
                            entry.origin(),
                            "the key stands already in " + earlier.origin().orElseThrow(),
                            "Remove one of the two."));
                }
            }
        }

        private void refuse(String what, String advice) {
            problems.add(new Problem(file.toString(), Optional.empty(), what, advice));
        }

        private String place(int number) {
            return file.getFileName() + " line " + number;
        }

        private static boolean isComment(String line) {
            String rest = line.stripLeading();
            return rest.startsWith("#") || rest.startsWith("!");
        }

        private static boolean endsInOddBackslashes(String line) {
            int start = line.length();
            while (start > 0 && line.charAt(start - 1) == '\\') {
                start--;
            }
            return (line.length() - start) % 2 == 1;
        }
    }

    /** Finds the key that a {@code TRAINWATCH_…} environment variable stands for. */
    static final class EnvironmentNames {

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
                    .filter(match ->
                            match.setting().kind().equals(found.setting().kind()))
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
}
