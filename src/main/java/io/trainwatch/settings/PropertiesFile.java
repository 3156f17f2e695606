package io.trainwatch.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Reads a {@code .properties} file and remembers the line of every key, because "line 12" is what a person needs to
 * correct it.
 *
 * <p>{@link Properties} forgets lines and lets the last of two equal keys win in silence. So the text is cut into logical
 * lines here, and each is given to {@code Properties} by itself, which keeps its rules for escapes and separators.
 */
final class PropertiesFile {

    private static final int MAX_BYTES = 1024 * 1024;

    private final Path file;
    private final Map<String, Sources.Entry> entries = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private PropertiesFile(Path file) {
        this.file = file;
    }

    static Source read(Path file) {
        PropertiesFile reading = new PropertiesFile(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                reading.refuse("the file is longer than 1 MiB", "Name a file of properties.");
            } else {
                reading.read(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString());
            }
        } catch (NoSuchFileException e) {
            reading.refuse("there is no such file", "Create it, or name another one.");
        } catch (CharacterCodingException e) {
            reading.refuse("the file is not UTF-8", "Save it as UTF-8.");
        } catch (IOException e) {
            reading.refuse("the file cannot be read", "See that it is a file that this user may read.");
        }
        return new Sources.Listed(reading.entries, reading.problems);
    }

    private void read(String text) {
        String[] lines = text.replaceFirst("^\uFEFF", "").split("\r\n|\r|\n", -1);
        int next = 0;
        while (next < lines.length) {
            int first = next++;
            if (isComment(lines[first])) {
                continue;
            }
            StringBuilder logical = new StringBuilder(lines[first]);
            while (endsInOddBackslashes(lines[next - 1]) && next < lines.length) {
                logical.append('\n').append(lines[next++]);
            }
            add(logical.toString(), first + 1);
        }
    }

    private void add(String logicalLine, int number) {
        Properties parsed = new Properties();
        try {
            parsed.load(new StringReader(logicalLine));
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(
                    place(number),
                    Optional.empty(),
                    "the line has a malformed \\u escape",
                    "Write the character itself, or \\u and four hexadecimal digits; a backslash is written \\\\."));
            return;
        }
        for (String key : parsed.stringPropertyNames()) {
            Sources.Entry entry =
                    new Sources.Entry(parsed.getProperty(key), Optional.of(place(number)), Optional.of(file));
            Sources.Entry earlier = entries.putIfAbsent(key, entry);
            if (earlier != null) {
                problems.add(new Problem(
                        key,
                        entry.origin(),
                        "the key stands already in " + earlier.origin().orElseThrow(),
                        "Remove one of the two."));
            }
        }
    }

    private void refuse(String what, String advice) {
        problems.add(new Problem(file.toString(), Optional.empty(), what, advice));
    }

    private String place(int number) {
        return file.getFileName() + " line " + number;
    }

    private static boolean isComment(String line) {
        String rest = line.stripLeading();
        return rest.startsWith("#") || rest.startsWith("!");
    }

    private static boolean endsInOddBackslashes(String line) {
        int start = line.length();
        while (start > 0 && line.charAt(start - 1) == '\\') {
            start--;
        }
        return (line.length() - start) % 2 == 1;
    }
}
