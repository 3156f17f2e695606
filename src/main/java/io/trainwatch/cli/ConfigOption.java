package io.trainwatch.cli;

import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Source;
import io.trainwatch.settings.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Where a command's configuration comes from; the first that names a key wins. */
final class ConfigOption {

    private static final String APPLICATION_PROPERTIES = "application.properties";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Properties that override those of application.properties.")
    private Path file;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "The profile: application-NAME.properties is read too; 'prod' refuses secrets in plain text in"
                            + " files that others can read.")
    private String profile;

    /** As where this file was given. */
    static ConfigOption of(Path given) {
        ConfigOption option = new ConfigOption();
        option.file = given;
        return option;
    }

    /**
     * The settings: what the command sets itself, then the environment, {@code -c}, the profile's file, and
     * {@code application.properties} of the working directory or else of the distribution.
     */
    Settings read(Map<String, String> ofCommand) {
        List<Source> layers = new ArrayList<>();
        files().forEach(path -> layers.add(Sources.file(path)));
        layers.add(Sources.of(ofDistribution()));
        Source files = Sources.layered(layers.toArray(Source[]::new));
        Source all = Sources.layered(Sources.of(ofCommand), Sources.withEnvironment(files, System.getenv()));
        return Settings.read(all, profileName());
    }

    /** Whether a file was given. */
    boolean isNamed() {
        return file != null;
    }

    /** Where the audit files are; nothing else of the configuration is read, or needs to be right. */
    Path auditDirectory() {
        return Settings.auditDirectory(filesAndEnvironment());
    }

    /** Store and keys; nothing else of the configuration is read, or needs to be right. */
    Settings.AuditEvidence auditEvidence() {
        return Settings.auditEvidence(filesAndEnvironment());
    }

    private Source filesAndEnvironment() {
        Source files = Sources.layered(files().stream().map(Sources::file).toArray(Source[]::new));
        return Sources.withEnvironment(files, System.getenv());
    }

    /** The property files that exist, the strongest first. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        if (file != null) {
            checkReadable(file);
            files.add(file);
        }
        if (!profileName().isEmpty()) {
            String ofProfile = "application-" + profileName() + ".properties";
            Optional<Path> found = find(ofProfile);
            if (found.isEmpty() && !profileName().equals(Settings.PROD)) {
                throw new UsageException("There is no " + ofProfile + " for the profile '" + profileName()
                        + "', here or in the distribution. Write that file, or use the profile " + Settings.PROD + ".");
            }
            found.ifPresent(files::add);
        }
        find(APPLICATION_PROPERTIES).ifPresent(files::add);
        return files;
    }

    String profileName() {
        return profile == null ? System.getenv().getOrDefault("TRAINWATCH_PROFILE", "") : profile;
    }

    private static Optional<Path> find(String name) {
        Optional<Path> found = Stream.of(Path.of(name), home().resolve(name))
                .filter(Files::exists)
                .findFirst();
        found.ifPresent(ConfigOption::checkReadable);
        return found;
    }

    private static void checkReadable(Path path) {
        if (!Files.isReadable(path)) {
            throw new UsageException("The configuration file " + path + " cannot be read.");
        }
    }

    private static Map<String, String> ofDistribution() {
        Map<String, String> defaults = new LinkedHashMap<>();
        Path routes = home().resolve("routes");
        if (Files.isDirectory(routes)) {
            defaults.put("trainwatch.routes.directory", routes.toString());
        }
        return defaults;
    }

    /** The folder of the distribution, the working directory where there is none. */
    private static Path home() {
        return Path.of(System.getenv().getOrDefault("TRAINWATCH_HOME", ""));
    }
}
