package io.trainwatch.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/** Keeps what is written to standard error while bars stand there, and prints it below them at the end. Thread-safe. */
final class HeldLines implements AutoCloseable {

    /** What comes later is counted only. */
    private static final int MAX_BYTES = 64 * 1024;

    private final PrintStream real = System.err;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private long left;

    HeldLines() {
        System.setErr(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int one) {
                        hold(new byte[] {(byte) one}, 0, 1);
                    }

                    @Override
                    public void write(byte[] bytes, int from, int count) {
                        hold(bytes, from, count);
                    }
                },
                true,
                Charset.defaultCharset()));
    }

    private synchronized void hold(byte[] bytes, int from, int count) {
        int taken = Math.min(count, MAX_BYTES - held.size());
        held.write(bytes, from, taken);
        left += count - taken;
    }

    @Override
    public synchronized void close() {
        System.setErr(real);
        real.write(held.toByteArray(), 0, held.size());
        if (left > 0) {
            real.println("… and " + left + " bytes more, which are not kept");
        }
        real.flush();
        held.reset();
        left = 0;
    }
}
