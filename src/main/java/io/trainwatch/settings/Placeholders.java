package io.trainwatch.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Puts values in place of {@code {{env:NAME}}}, {@code {{file:/path}}} and {@code {{other.key}}}.
 *
 * <p>What a variable or a file holds is taken as it is, so a secret may contain braces. The value of another key is
 * resolved in its turn.
 */
final class Placeholders {

    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";
    private static final String ENV = "env:";
    private static final String FILE = "file:";
    private static final int MAX_FILE_BYTES = 64 * 1024;

    private final Schema schema;
    private final Source source;
    private final Map<String, String> environment;

    /** The keys that are being resolved, the innermost last: one that comes up again refers to itself. */
    private final Deque<String> path = new ArrayDeque<>();

    Placeholders(Schema schema, Source source, Map<String, String> environment) {
        this.schema = schema;
        this.source = source;
        this.environment = environment;
    }

    /**
     * A value without placeholders.
     *
     * @param literal whether the text stands in the source itself, so that showing it tells nothing new
     * @param writtenIn the file in which the text can be read as it is, where there is one
     */
    record Resolved(String text, boolean literal, Optional<Path> writtenIn) {}

    /**
     * The value of a key that the source has.
     *
     * @throws UnreadableValue where a placeholder leads nowhere, or back to where it came from
     */
    Resolved resolve(String key) {
        if (path.contains(key)) {
            throw new UnreadableValue(
                    "refers to itself: " + String.join(" -> ", path) + " -> " + key, "Give one of them a value.");
        }
        path.addLast(key);
        try {
            return expand(source.value(key).orElseThrow(), source.file(key));
        } finally {
            path.removeLast();
        }
    }

    private Resolved expand(String value, Optional<Path> file) {
        int open = value.indexOf(OPEN);
        if (open < 0) {
            return new Resolved(value, true, file);
        }
        StringBuilder text = new StringBuilder();
        Optional<Path> writtenIn = Optional.empty();
        int done = 0;
        while (open >= 0) {
            int close = value.indexOf(CLOSE, open);
            if (close < 0) {
                throw new UnreadableValue(
                        "has {{ without }}",
                        "Close the placeholder; a value that contains braces can be given by {{env:NAME}}.");
            }
            Resolved part = lookUp(value.substring(open + OPEN.length(), close).strip());
            text.append(value, done, open).append(part.text());
            writtenIn = writtenIn.or(part::writtenIn);
            done = close + CLOSE.length();
            open = value.indexOf(OPEN, done);
        }
        return new Resolved(text.append(value.substring(done)).toString(), false, writtenIn);
    }

    private Resolved lookUp(String name) {
        if (name.startsWith(ENV)) {
            return new Resolved(variable(name.substring(ENV.length())), false, Optional.empty());
        }
        if (name.startsWith(FILE)) {
            return new Resolved(contents(name.substring(FILE.length())), false, Optional.empty());
        }
        if (source.value(name).isPresent()) {
            return resolve(name);
        }
        String defaultText = schema.match(name)
                .flatMap(match -> match.setting().defaultText())
                .orElseThrow(() -> new UnreadableValue(
                        "refers to the key " + Problem.quoted(name) + ", which is not set",
                        "Set it, or write {{env:NAME}} or {{file:/path}}."));
        return new Resolved(defaultText, true, Optional.empty());
    }

    private String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new UnreadableValue(
                    "refers to the environment variable " + Problem.quoted(name) + ", which is not set",
                    "Set it for the process that runs Trainwatch.");
        }
        return value;
    }

    /** Windows writes UTF-16 as well, and marks it. */
    private static Charset charset(byte[] bytes) {
        boolean marked = bytes.length >= 2
                && (bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff
                        || bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe);
        return marked ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    private static String contents(String name) {
        String refersTo = "refers to the file " + Problem.quoted(name) + ", ";
        byte[] bytes;
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new UnreadableValue(refersTo + "which does not exist", "Create it, or correct the path.");
        } catch (IOException e) {
            throw new UnreadableValue(refersTo + "which cannot be read", "See that this user may read it.");
        }
        if (bytes.length > MAX_FILE_BYTES) {
            throw new UnreadableValue(refersTo + "which is larger than 64 KiB", "Name the file with the value alone.");
        }
        try {
            String text =
                    charset(bytes).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.replaceFirst("^\uFEFF", "").replaceFirst("\\r?\\n\\z", "");
        } catch (CharacterCodingException e) {
            throw new UnreadableValue(refersTo + "which is not UTF-8", "Save it as UTF-8.");
        }
    }
}
