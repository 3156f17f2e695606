package io.trainwatch.rules;

import io.trainwatch.rules.StableFiles.Content;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a service that has had no files yet would make of some: each by itself, and beside the others.
 *
 * @param usable by file, in the order of files
 * @param refused by file, in the order of files
 */
public record PolicyCheck(Map<String, WrittenPolicy> usable, Map<String, InvalidPolicy> refused) {

    /** Checks the files as though one folder held them. */
    public static PolicyCheck ofFiles(Collection<Path> files) {
        Map<String, Content> contents = new TreeMap<>();
        files.forEach(file -> contents.put(file.toString(), Content.of(file)));
        return of(contents);
    }

    /** Checks the files of a policy directory, by their names in it; empty where it is not there or cannot be read. */
    public static Optional<PolicyCheck> ofFolder(Path folder) {
        StableFiles files = new StableFiles(folder);
        files.readAll();
        return files.isThere() ? Optional.of(of(files.contents())) : Optional.empty();
    }

    private static PolicyCheck of(Map<String, Content> contents) {
        PolicySet choice = PolicySet.among(contents, Map.of());
        return new PolicyCheck(choice.inForce(), choice.refused());
    }
}
