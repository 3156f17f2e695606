package io.trainwatch.cli;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Source;
import io.trainwatch.settings.Sources;
import io.trainwatch.settings.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * Where a command's configuration comes from; the first that names a key wins.
 *
 * <p>Others may fill the working folder, as that of a build. So nothing of it is read where {@code -c} names a file, and
 * where none is named, its file says nothing of Camel and of routes, which can run anything.
 */
public final class ConfigOption {

    private static final String APPLICATION_PROPERTIES = "application.properties";
    private static final String ROUTES_DIRECTORY = "trainwatch.routes.directory";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Properties that override those of the distribution's application.properties; that of the"
                    + " working folder is not read then.")
    private Path file;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "The profile: application-NAME.properties is read too; 'prod' refuses secrets in plain text in"
                            + " files that others can read.")
    private String profile;

    private Path workingFolder = Path.of("");
    /** That of the distribution, where there is one. */
    private Optional<Path> home =
            Optional.ofNullable(System.getenv("TRAINWATCH_HOME")).map(Path::of);

    /** @param trusted whether somebody named the file, or it is part of the distribution */
    private record PropertyFile(Path path, boolean trusted) {

        Source read() {
            Source all = Sources.file(path);
            return trusted ? all : Sources.without(all, PropertyFile::mayRunAnything);
        }

        boolean isCut() {
            return !trusted && Sources.file(path).names().stream().anyMatch(PropertyFile::mayRunAnything);
        }

        private static boolean mayRunAnything(String key) {
            String name = key.toLowerCase(Locale.ROOT);
            return name.startsWith("camel") || name.equals(ROUTES_DIRECTORY);
        }
    }

    /** As where this file was given. */
    static ConfigOption of(Path given) {
        ConfigOption option = new ConfigOption();
        option.file = given;
        return option;
    }

    /** As {@link #of}, with another profile and other folders. */
    static ConfigOption of(Path given, String profile, Path workingFolder, Path home) {
        ConfigOption option = of(given);
        option.profile = profile;
        option.workingFolder = workingFolder;
        option.home = Optional.ofNullable(home);
        return option;
    }

    /**
     * The settings: what the command sets itself, then the environment, {@code -c}, the profile's file, and
     * {@code application.properties} of the working folder, or else of the distribution.
     */
    Settings read(Map<String, String> ofCommand) {
        List<Source> layers = new ArrayList<>();
        files().forEach(found -> layers.add(found.read()));
        layers.add(Sources.of(ofDistribution()));
        Source files = Sources.layered(layers.toArray(Source[]::new));
        Source all = Sources.layered(
                Sources.of(ofCommand), Sources.withEnvironment(TrainwatchSettings.SCHEMA, files, System.getenv()));
        return TrainwatchSettings.read(all, profileName());
    }

    /** Whether a file was given. */
    boolean isNamed() {
        return file != null;
    }

    /** Some of the values of files and environment; nothing else of the configuration needs to be right. */
    <T> T readOnly(Function<Values, T> reading) {
        Source files = Sources.layered(files().stream().map(PropertyFile::read).toArray(Source[]::new));
        Values values = new Values(
                TrainwatchSettings.SCHEMA, Sources.withEnvironment(TrainwatchSettings.SCHEMA, files, System.getenv()));
        T read = reading.apply(values);
        values.refuseProblems();
        return read;
    }

    /** Where the audit files are. */
    Path auditDirectory() {
        return readOnly(values -> values.get(AuditOptions.DIRECTORY));
    }

    /** The property files that Camel may read, the strongest first. */
    List<Path> filesForCamel() {
        return files().stream()
                .filter(PropertyFile::trusted)
                .map(PropertyFile::path)
                .toList();
    }

    /** What routes may refer to besides, by key. */
    Map<String, String> otherProperties() {
        Map<String, String> others = new LinkedHashMap<>();
        files().stream().filter(found -> !found.trusted()).forEach(found -> {
            Source source = found.read();
            source.names()
                    .forEach(name -> others.putIfAbsent(name, source.value(name).orElseThrow()));
        });
        return others;
    }

    /** Says which files are read, without a full stop. */
    String describe() {
        List<PropertyFile> files = files();
        return files.isEmpty()
                ? "no file"
                : files.stream()
                        .map(found -> found.path().toAbsolutePath().normalize()
                                + (found.isCut()
                                        ? " (but its camel.* keys and " + ROUTES_DIRECTORY
                                                + ", which are taken only where -c names the file)"
                                        : ""))
                        .collect(Collectors.joining(", "));
    }

    private List<PropertyFile> files() {
        List<PropertyFile> files = new ArrayList<>();
        if (file != null) {
            checkReadable(file);
            files.add(new PropertyFile(file, true));
        }
        if (!profileName().isEmpty()) {
            String ofProfile = "application-" + profileName() + ".properties";
            Optional<PropertyFile> found = besideGiven(ofProfile).or(() -> find(ofProfile));
            if (found.isEmpty() && !profileName().equals(Settings.PROD)) {
                throw new UsageException("There is no " + ofProfile + " for the profile '" + profileName() + "', "
                        + (file == null ? "here" : "beside " + file)
                        + " or in the distribution. Write that file, or use the profile " + Settings.PROD + ".");
            }
            found.ifPresent(files::add);
        }
        find(APPLICATION_PROPERTIES).ifPresent(files::add);
        return files;
    }

    String profileName() {
        return profile == null ? System.getenv().getOrDefault("TRAINWATCH_PROFILE", "") : profile;
    }

    private Optional<PropertyFile> besideGiven(String name) {
        return Optional.ofNullable(file)
                .map(given -> given.resolveSibling(name))
                .filter(Files::exists)
                .map(found -> new PropertyFile(found, true));
    }

    private Optional<PropertyFile> find(String name) {
        Stream<Path> here = file == null ? Stream.of(workingFolder.resolve(name)) : Stream.empty();
        Optional<PropertyFile> found = Stream.concat(here, home.map(folder -> folder.resolve(name)).stream())
                .filter(Files::exists)
                .findFirst()
                .map(path -> new PropertyFile(path, isOfDistribution(path)));
        found.map(PropertyFile::path).ifPresent(ConfigOption::checkReadable);
        return found;
    }

    private boolean isOfDistribution(Path path) {
        try {
            Path folder = Objects.requireNonNullElse(path.toAbsolutePath().getParent(), path);
            return home.isPresent() && Files.isSameFile(home.get(), folder);
        } catch (IOException e) {
            return false;
        }
    }

    private static void checkReadable(Path path) {
        if (!Files.isReadable(path)) {
            throw new UsageException("The configuration file " + path + " cannot be read.");
        }
    }

    private Map<String, String> ofDistribution() {
        Map<String, String> defaults = new LinkedHashMap<>();
        Path routes = home.orElse(workingFolder).resolve("routes");
        if (Files.isDirectory(routes)) {
            defaults.put(ROUTES_DIRECTORY, routes.toString());
        }
        return defaults;
    }
}
