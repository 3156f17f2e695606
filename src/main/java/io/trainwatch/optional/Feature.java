package io.trainwatch.optional;

import io.trainwatch.settings.Section;
import io.trainwatch.settings.Settings;
import java.util.List;
import java.util.Optional;

/** Something that an installation may do without: its keys, its chapter of routes, and its beans. Has no state. */
public interface Feature {

    /** Its keys. */
    default List<Section> sections() {
        return List.of();
    }

    /** Its file in {@code routes/}, without the ending: loaded only where the feature is used. Empty where it has none. */
    default Optional<String> chapter() {
        return Optional.empty();
    }

    /** Whether it has anything to do by these settings. */
    boolean isUsed(Settings settings);

    /**
     * Makes its objects and hands them to the core of one context. Called whether it is used or not, since routes of the core
     * and of an application may name its beans.
     */
    void wire(Core core);
}
