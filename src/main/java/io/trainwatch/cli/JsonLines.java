package io.trainwatch.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/** Files of JSON lines, compressed where their name ends with {@code .gz}. */
public final class JsonLines {

    private static final int BUFFER = 1 << 16;

    private JsonLines() {}

    /** Writes a file; the content may throw {@link UncheckedIOException} where it cannot be written. */
    public static <T> T write(Path file, Function<Writer, T> content) {
        try (Writer out = create(file)) {
            return content.apply(out);
        } catch (UncheckedIOException e) {
            throw new UsageException(file + " cannot be written: " + trouble(file, e.getCause()));
        } catch (IOException e) {
            throw new UsageException(file + " cannot be written: " + trouble(file, e));
        }
    }

    private static String trouble(Path file, IOException e) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            return "there is no folder " + folder + ".";
        }
        if (Files.isDirectory(file)) {
            return "it is a folder.";
        }
        // The message of these two is the path and nothing more.
        return e instanceof NoSuchFileException || e instanceof AccessDeniedException
                ? "this user may not make it there."
                : e.getMessage() + ".";
    }

    private static Writer create(Path file) throws IOException {
        OutputStream bytes = Files.newOutputStream(file);
        OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, BUFFER) : bytes;
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER);
    }
}
