package io.trainwatch.rules;

import io.trainwatch.errors.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The YAML files of a folder, each as it was when it had not changed for a while: one that is being written is not taken
 * before the writer is done. A file that is gone for as long is gone. Not thread-safe.
 *
 * <p>A folder that is missing or cannot be read changes nothing here.
 */
final class StableFiles {

    /** Looks in a row that must find the same. */
    static final int LOOKS = 3;

    private static final int MAX_FILES = 256;
    private static final String GONE = "gone";

    private final Path folder;
    private final Map<String, Seen> latest = new HashMap<>();
    private final Map<String, Content> settled = new TreeMap<>();
    /** In a row, that found the folder. */
    private int looksAtFolder;

    private Optional<String> unreadable = Optional.empty();

    StableFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * What a file holds.
     *
     * @param bytes its first {@value WrittenPolicy#MAX_FILE_BYTES} and one; empty where it cannot be read
     * @param trouble why it cannot be read; {@code null} where it can
     * @param hash of bytes and trouble
     */
    record Content(byte[] bytes, String trouble, String hash) {

        /** What a person who named the file may read, wherever it leads. */
        static Content of(Path file) {
            try {
                Path real = file.toRealPath();
                return of(real.getParent(), real.getFileName().toString());
            } catch (NoSuchFileException e) {
                return unreadable("there is no such file");
            } catch (IOException e) {
                return unreadable("cannot be read");
            }
        }

        /** What may be read of the folder. */
        static Content of(Path folder, String name) {
            try {
                byte[] bytes = InputFile.read(folder, name, WrittenPolicy.MAX_FILE_BYTES + 1);
                return new Content(bytes, null, WrittenPolicy.sha256(bytes));
            } catch (InputFile.Unreadable e) {
                return unreadable(e.getMessage());
            }
        }

        private static Content unreadable(String why) {
            return new Content(new byte[0], why, WrittenPolicy.sha256(why.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** By name, in the order of names. */
    Map<String, Content> contents() {
        return settled;
    }

    /** Whether the last look found the folder. */
    boolean isThere() {
        return looksAtFolder > 0;
    }

    /** Takes all files as they are now. */
    void readAll() {
        for (int i = 0; i < LOOKS; i++) {
            look();
        }
    }

    /** Has a look at the folder, which takes place now and then. Says whether anything settled. */
    boolean look() {
        Optional<Set<String>> present = names();
        looksAtFolder = present.isPresent() ? looksAtFolder + 1 : 0;
        if (present.isEmpty()) {
            return false;
        }
        Set<String> names = new TreeSet<>(present.get());
        names.addAll(latest.keySet());
        boolean changed = looksAtFolder == LOOKS;
        for (String name : names) {
            Seen seen = present.get().contains(name) ? see(name) : again(latest.get(name), "", null);
            latest.put(name, seen);
            if (seen.looks() == LOOKS) {
                changed |= settle(name, seen);
            }
        }
        return changed;
    }

    private boolean settle(String name, Seen seen) {
        if (seen.content() == null) {
            latest.remove(name);
            return settled.remove(name) != null;
        }
        Content before = settled.put(name, seen.content());
        return before == null || !before.hash().equals(seen.content().hash());
    }

    private Seen see(String name) {
        Path file = folder.resolve(name);
        Seen before = latest.get(name);
        String stamp = stamp(file);
        if (before != null && before.looks() > LOOKS && before.stamp().equals(stamp)) {
            return before; // settled, and not touched since
        }
        Content content = Content.of(folder, name);
        return again(before, stamp, content);
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.size() + " " + now.lastModifiedTime() + " " + now.fileKey();
        } catch (IOException e) {
            return "";
        }
    }

    /** @param content {@code null} for a file that is gone */
    private static Seen again(Seen before, String stamp, Content content) {
        boolean isSame = before != null && Objects.equals(hash(before.content()), hash(content));
        return new Seen(stamp, content, isSame ? before.looks() + 1 : 1);
    }

    private static String hash(Content content) {
        return content == null ? GONE : content.hash();
    }

    /** Why the last look could not read the folder, as a predicate; empty also where there is none. */
    Optional<String> unreadable() {
        return unreadable;
    }

    private Optional<Set<String>> names() {
        unreadable = Optional.empty();
        if (!Files.exists(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[^.].*\\.ya?ml"))
                    .sorted()
                    .limit(MAX_FILES)
                    .collect(Collectors.toSet());
            return Optional.of(names);
        } catch (UncheckedIOException e) {
            unreadable = Optional.of(Words.ofFile(e.getCause()));
        } catch (IOException e) {
            unreadable = Optional.of(Words.ofFile(e));
        }
        return Optional.empty();
    }

    /** @param looks in a row that found this, at least 1 */
    private record Seen(String stamp, Content content, int looks) {}
}
