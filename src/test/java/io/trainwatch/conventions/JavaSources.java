package io.trainwatch.conventions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Java code says about the routes. */
final class JavaSources {

    private static final Path FOLDER = Path.of("src", "main", "java");
    private static final Pattern SEND = Pattern.compile("\"(?:direct|seda):([\\w-]+)");
    private static final Pattern BEAN = Pattern.compile("\"bean:(\\w+)\\?method=(\\w+)");

    private JavaSources() {}

    /** The routes that Java code sends to, by the simple name of the class. */
    static Map<String, Set<String>> sends() {
        Map<String, Set<String>> sends = new TreeMap<>();
        each(
                SEND,
                (type, match) ->
                        sends.computeIfAbsent(type, name -> new TreeSet<>()).add(match.group(1)));
        return sends;
    }

    /** The beans that Java code names, each with the names of the methods that are called. */
    static Map<String, Set<String>> beanCalls() {
        Map<String, Set<String>> calls = new TreeMap<>();
        each(
                BEAN,
                (type, match) -> calls.computeIfAbsent(match.group(1), name -> new TreeSet<>())
                        .add(match.group(2)));
        return calls;
    }

    private interface Found {
        void in(String type, Matcher match);
    }

    private static void each(Pattern pattern, Found found) {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                Matcher match = pattern.matcher(Files.readString(file));
                while (match.find()) {
                    found.in(file.getFileName().toString().replace(".java", ""), match);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
