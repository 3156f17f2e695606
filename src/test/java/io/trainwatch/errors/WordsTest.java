package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No text that people read holds the name of a Java class. */
class WordsTest {

    static Stream<Throwable> failures() {
        return Stream.of(
                new NullPointerException(),
                new IllegalStateException(" "),
                new IllegalStateException("java.util.zip.ZipException: Not in GZIP format"),
                new IllegalStateException(new ZipException()),
                new IllegalStateException("AnswerTooLongException: more than 8 bytes"),
                new UncheckedIOException(new NoSuchFileException("/data")),
                new FileSystemException("/data", null, "No space left on device"),
                new BindException("Address already in use"),
                new UnresolvedAddressException(),
                new CancellationException(),
                new MalformedInputException(1),
                new SQLException("org.postgresql.util.PSQLException: ERROR: no"),
                new IllegalStateException(new SQLException(null, "08006")),
                new JsonParseException(null, "Unexpected token"),
                new UnknownHostException("java.net.UnknownHostException"),
                new StackOverflowError(),
                new InvalidPathException("a\0b", "Nul character not allowed"),
                new NoTypeConversionAvailableException("x", Integer.class),
                new IllegalStateException("see https://secret@host/"),
                new IOException(),
                new IOException("org.apache.hc.core5.http.ConnectionClosedException"),
                new EOFException(),
                new ZipException("Not in GZIP format"),
                new MessageConstraintException("Maximum header length exceeded"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whateverIsThrown(Throwable thrown) {
        for (String words : new String[] {
            CallFailure.of(thrown, Instant.EPOCH).message(), Words.of(thrown), Words.ofFault(thrown), Words.why(thrown)
        }) {
            assertThat(words)
                    .isNotBlank()
                    .doesNotContain("secret@")
                    .doesNotContainPattern("[A-Za-z](Exception|Error)\\b")
                    .doesNotContainPattern("\\b([a-z]+\\.){2,}[A-Z]");
        }
    }

    @Test
    void whatIsKnownOfAFailureIsSaid() {
        assertThat(Words.why(new UncheckedIOException(new NoSuchFileException("/data"))))
                .isEqualTo("/data is not there");
        assertThat(Words.why(new IllegalStateException(new BindException("Address already in use"))))
                .isEqualTo("Address already in use");
        assertThat(Words.why(new UnknownHostException("x"))).isEqualTo("the host's name is not known");
        assertThat(Words.of(new FileSystemException("/data", null, "No space left on device")))
                .isEqualTo("/data cannot be used: No space left on device");
        assertThat(Words.of(new IllegalStateException("no")))
                .isEqualTo("A fault in Trainwatch or in a route of your own: no");
    }

    @ParameterizedTest
    @CsvSource({"301, true", "302, true", "307, true", "308, true", "300, false", "304, false", "305, false"})
    void onlyARedirectIsAMatterOfTheBaseUrl(int status, boolean isRedirect) {
        Throwable thrown = new HttpOperationFailedException("http://tenant", status, "", null, Map.of(), null);
        assertThat(CallFailure.of(thrown, Instant.EPOCH).message().contains("base-url"))
                .isEqualTo(isRedirect);
    }
}
