package io.trainwatch.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Files of JSON lines, compressed where their name ends with {@code .gz}. */
final class JsonLines {

    private static final int BUFFER = 1 << 16;

    private JsonLines() {}

    static Writer create(Path file) throws IOException {
        OutputStream bytes = Files.newOutputStream(file);
        OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, BUFFER) : bytes;
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER);
    }
}
