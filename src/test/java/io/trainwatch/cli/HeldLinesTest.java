package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldLinesTest {

    private final PrintStream real = System.err;
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();

    @AfterEach
    void restore() {
        System.setErr(real);
    }

    @Test
    void nothingIsWrittenBetweenTheBarsAndAllOfItBelow() {
        System.setErr(new PrintStream(terminal));
        Progress.HeldLines held = new Progress.HeldLines();
        System.err.println("a line of the log");
        System.err.println("another one");
        assertThat(terminal.size()).isZero();
        held.close();
        System.err.println("after");
        assertThat(terminal.toString().lines()).containsExactly("a line of the log", "another one", "after");
    }

    @Test
    void whatIsTooMuchIsCounted() {
        System.setErr(new PrintStream(terminal));
        Progress.HeldLines held = new Progress.HeldLines();
        System.err.print("x".repeat(70_000));
        held.close();
        assertThat(terminal.toString()).contains("… and 4464 bytes more");
    }
}
