package io.trainwatch.settings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The settings of one subject, in the order of the documentation. Belongs to the feature that uses them. */
public final class Section {

    private final String title;
    private final String intro;
    private final List<Setting<?>> settings = new ArrayList<>();
    private final List<Part<?>> parts = new ArrayList<>();

    /** @param intro a sentence above the table of the settings */
    public Section(String title, String intro) {
        this.title = title;
        this.intro = intro;
    }

    /**
     * Adds a setting that has a value in any case.
     *
     * @param key without {@value Schema#PREFIX}; {@code <alias>} or {@code <name>} in it stands for a name
     * @param defaultText what counts where nothing is written, in the form in which a person writes it
     * @param meaning a sentence for the documentation
     */
    public <T> Setting<T> setting(String key, ValueType<T> type, String defaultText, String meaning) {
        return add(new Setting<>(Schema.PREFIX + key, type, Optional.of(defaultText), false, meaning));
    }

    /** Adds a setting that need not be given. */
    public <T> Setting<T> optional(String key, ValueType<T> type, String meaning) {
        return add(new Setting<>(Schema.PREFIX + key, type, Optional.empty(), false, meaning));
    }

    /** Adds a setting that each name has to have of which any setting is given. */
    public <T> Setting<T> required(String key, ValueType<T> type, String meaning) {
        return add(new Setting<>(Schema.PREFIX + key, type, Optional.empty(), true, meaning));
    }

    /** Adds what several settings make together. */
    public <T> Part<T> part(Part<T> part) {
        parts.add(part);
        return part;
    }

    String title() {
        return title;
    }

    String intro() {
        return intro;
    }

    List<Setting<?>> settings() {
        return Collections.unmodifiableList(settings);
    }

    List<Part<?>> parts() {
        return Collections.unmodifiableList(parts);
    }

    private <T> Setting<T> add(Setting<T> setting) {
        settings.add(setting);
        return setting;
    }
}
