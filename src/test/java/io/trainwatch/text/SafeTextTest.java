package io.trainwatch.text;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Hostile text in whatever Trainwatch shows; each place is named by its own test too where it is more than a call. */
class SafeTextTest {

    /** ESC, BEL, CSI as one character, NEL, both separators, an override, an isolate, a tag, half a character. */
    private static final String HOSTILE =
            "a\u001b[2Jb\u0007\u0000\u009b2J\u0085\u2028\u2029\u202e\u2066\u200b\udb40\udc41c\ud800d\r\n2026 INFO forged";

    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

    @Test
    void aLongTextIsCutBehindAWholeCharacter() {
        assertThat(SafeText.cut("abc", 3)).isEqualTo("abc");
        assertThat(SafeText.cut("abcd", 3)).isEqualTo("abc…");
        assertThat(SafeText.cut("ab\uD83D\uDE00d", 3)).isEqualTo("ab…");
    }

    @Test
    void whatCannotBeSeenIsWrittenAsItsNumber() {
        assertThat(SafeText.of("a\u001b[2J\u0085\u202e\r\n")).isEqualTo("a\\u001b[2J\\u0085\\u202e\\u000d\\u000a");
        assertThat(SafeText.of("\udb40\udc41 \ud800")).isEqualTo("\\udb40\\udc41 \\ud800");
        assertThat(SafeText.of(HOSTILE)).doesNotContainPattern(UNSAFE);
        assertThat(SafeText.of("Zürich 東京 🙂 \\")).isEqualTo("Zürich 東京 🙂 \\");
        assertThat(SafeText.bounded(HOSTILE.repeat(100), 50)).hasSize(51).doesNotContainPattern(UNSAFE);
        assertThat(SafeText.bounded("abc", 3)).isEqualTo("abc");
        assertThat(SafeText.ofJson("{\t\"a\":\"\u202e\"}\n")).isEqualTo("{\t\"a\":\"\\u202e\"}\n");
    }

    @Test
    void nothingThatIsPrintedMovesTheCursor() {
        StringWriter text = new StringWriter();
        var out = SafeText.printer(text);
        out.println("x" + HOSTILE.replace("\n", ""));
        out.printf("%s\t%s%n", "Zürich 🙂", "\u009b");
        HOSTILE.chars().filter(c -> !Character.isSurrogate((char) c)).forEach(out::write);
        out.flush();
        assertThat(text.toString().replaceAll("[\n\t]", "")).doesNotContainPattern(UNSAFE);
        assertThat(text.toString()).contains("Zürich 🙂\t\\u009b\n");
    }

    @Test
    void noTextForgesALineOfTheLog() throws Exception {
        LoggerContext context = new LoggerContext();
        Encoder<ILoggingEvent> encoder = encoder(context);
        var logger = context.getLogger("io.trainwatch.Test");

        String quiet = new String(
                encoder.encode(new LoggingEvent("", logger, Level.WARN, "Job {}", null, new Object[] {HOSTILE})),
                StandardCharsets.UTF_8);
        assertThat(quiet.lines()).hasSize(1);
        assertThat(quiet).endsWith("\n").doesNotContain("\n\n");
        assertThat(quiet.strip()).doesNotContainPattern(UNSAFE).contains("WARN  Test - Job a\\u001b[2Jb");

        Exception failure = new IllegalStateException(HOSTILE, new IllegalArgumentException("x\n" + HOSTILE));
        String trace = new String(
                encoder.encode(new LoggingEvent("", logger, Level.ERROR, "Failed", failure, null)),
                StandardCharsets.UTF_8);
        List<String> lines = trace.lines().toList();
        assertThat(lines.get(0)).endsWith("ERROR Test - Failed");
        assertThat(lines.stream().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("  "));
        assertThat(trace.replaceAll("[\n\t]", "")).doesNotContainPattern(UNSAFE);
        assertThat(trace.split("IllegalStateException: ", -1))
                .as("the trace stands there once")
                .hasSize(2);
        context.stop();
    }

    @Test
    void aLogOfJsonHasAnObjectALine() throws Exception {
        System.setProperty("trainwatch.log.format", "json");
        try {
            LoggerContext context = new LoggerContext();
            Encoder<ILoggingEvent> encoder = encoder(context);
            var logger = context.getLogger("io.trainwatch.Test");
            Exception failure = new IllegalStateException(HOSTILE, new IllegalArgumentException(HOSTILE));
            byte[] line =
                    encoder.encode(new LoggingEvent("", logger, Level.WARN, "Job {}", failure, new Object[] {HOSTILE}));

            String text = new String(line, StandardCharsets.UTF_8);
            assertThat(text).endsWith("}\n");
            assertThat(text.strip()).doesNotContainPattern(UNSAFE);
            JsonNode json = new ObjectMapper().readTree(line);
            assertThat(json.get("level").asText()).isEqualTo("WARN");
            assertThat(json.get("loggerName").asText()).isEqualTo("io.trainwatch.Test");
            assertThat(json.get("formattedMessage").asText())
                    .startsWith("Job a\u001b[2Jb")
                    .endsWith("\n2026 INFO forged");
            assertThat(json.get("timestamp").isIntegralNumber()).isTrue();
            assertThat(json.at("/throwable/cause/message").asText()).startsWith("a\u001b");
            context.stop();
        } finally {
            System.clearProperty("trainwatch.log.format");
        }
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) throws Exception {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(SafeTextTest.class.getResource("/trainwatch-logback.xml"));
        return ((ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("stderr")).getEncoder();
    }

    @Test
    void thereIsNoOtherPlaceThatMakesTextSafe() throws Exception {
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            assertThat(sources.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.toString().contains("simulator"))
                            .filter(SafeTextTest::filtersControls))
                    .as("use SafeText, which knows more than ASCII")
                    .isEmpty();
        }
    }

    private static boolean filtersControls(Path file) {
        try {
            String text = Files.readString(file);
            return text.contains("\\p{Cntrl}") || text.contains("\\p{Cc}");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
