package io.trainwatch.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Every setting there is. A key with the prefix that is none of them is refused. */
public final class Schema {

    /** What every key begins with. */
    public static final String PREFIX = "trainwatch.";

    /** The ends of some keys are ends of others, such as {@code url} of {@code prometheus.url}: the longer one is meant. */
    static final Comparator<Match> NEAREST =
            Comparator.comparingInt(match -> match.name().length());

    private final List<Section> sections;
    private final List<Setting<?>> settings;

    /** @param sections in the order of the documentation */
    public Schema(List<Section> sections) {
        this.sections = List.copyOf(sections);
        this.settings = this.sections.stream()
                .flatMap(section -> section.settings().stream())
                .toList();
    }

    /** A key's setting, and the name of the tenant or webhook in it; the name is empty where there is only one such key. */
    record Match(Setting<?> setting, String name) {}

    List<Section> sections() {
        return sections;
    }

    List<Setting<?>> settings() {
        return settings;
    }

    /** The setting that the key belongs to; the name in it may be one that is not allowed. */
    Optional<Match> match(String key) {
        for (Setting<?> setting : settings) {
            if (setting.pattern().equals(key)) {
                return Optional.of(new Match(setting, ""));
            }
        }
        return settings.stream()
                .flatMap(setting -> setting.nameIn(key).map(name -> new Match(setting, name)).stream())
                .min(NEAREST);
    }

    /**
     * The key that was meant by one that does not exist, with the name of the tenant or webhook that stands in it; empty if
     * none is near. Only letters and digits are compared, in lower case: {@code poll-interval}, {@code pollInterval} and
     * {@code poll.interval} are the same.
     */
    Optional<String> nearest(String unknown) {
        return Spelling.nearest(
                letters(unknown), candidates(unknown), candidate -> letters(candidate.replaceAll("<[a-z]+>", "")));
    }

    /**
     * Every key as it is documented, which finds a forgotten name, and those with a name once more with the third part of
     * the unknown key, such as {@code acme} in {@code trainwatch.tenant.acme.clientid}.
     */
    private List<String> candidates(String unknown) {
        String[] parts = unknown.split("\\.");
        List<String> candidates = new ArrayList<>();
        for (Setting<?> setting : settings) {
            candidates.add(setting.pattern());
            if (setting.isPerName() && parts.length > 3) {
                candidates.add(setting.key(parts[2]));
            }
        }
        return candidates;
    }

    private static String letters(String key) {
        return Spelling.letters(key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key);
    }
}
