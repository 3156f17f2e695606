package io.trainwatch.optional.history;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Where recorded looks come from: a store or an export. */
public interface HistorySource {

    /** For people, such as the path. */
    String name();

    /**
     * Hands out all looks as lines of an export, those of a job one after the other.
     *
     * @param policies is told the hash and the definition of each policy, before the lines of the looks that were judged
     *     by it are handed out; it may throw {@link IllegalArgumentException}, with a message that says what is wrong
     * @throws HistoryUnreadable where the source cannot be read
     */
    void read(BiConsumer<String, String> policies, Consumer<Chunk> lines);

    /**
     * Some lines.
     *
     * @param length of the bytes that count; whole lines, each with its end
     * @param firstLine the number of the first, from 1; 0 where lines have no numbers
     * @param continues whether the first line is about the job that the last line before was about
     */
    record Chunk(byte[] bytes, int length, long firstLine, boolean continues) {}
}
