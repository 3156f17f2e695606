package io.trainwatch.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where properties come from: a file, the environment, or the properties of the runtime that Trainwatch runs in.
 *
 * <p>{@link Sources} makes the usual ones. An implementation answers the same for as long as it lives, and is read by
 * one thread.
 */
public interface Source {

    /** The names of all properties, whatever their prefix, in the order in which problems are to be reported. */
    Set<String> names();

    /** The value as it is written, with its placeholders; empty where there is no such property. */
    Optional<String> value(String name);

    /** Where a person finds the value, such as {@code my.properties line 12}; empty where that is not known. */
    Optional<String> origin(String name);

    /** The file that the value is written in; empty where it comes from elsewhere. */
    default Optional<Path> file(String name) {
        return Optional.empty();
    }

    /** What is wrong with the source as such: a file that cannot be read, a name that is written twice. */
    default List<Problem> problems() {
        return List.of();
    }
}
