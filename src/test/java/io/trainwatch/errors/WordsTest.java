package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.core5.http.MessageConstraintException;
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
            CallFailure.of(thrown, Instant.EPOCH).message(),
            CallFailure.describe(thrown),
            RepeatedFaults.inWords(thrown),
            NoAnswer.inWords(thrown)
        }) {
            assertThat(words)
                    .isNotBlank()
                    .doesNotContain("secret@")
                    .doesNotContainPattern("[A-Za-z](Exception|Error)\\b")
                    .doesNotContainPattern("\\b([a-z]+\\.){2,}[A-Z]");
        }
    }

    @ParameterizedTest
    @CsvSource({"301, true", "302, true", "307, true", "308, true", "300, false", "304, false", "305, false"})
    void onlyARedirectIsAMatterOfTheBaseUrl(int status, boolean isRedirect) {
        Throwable thrown = new HttpOperationFailedException("http://tenant", status, "", null, Map.of(), null);
        assertThat(CallFailure.of(thrown, Instant.EPOCH).message().contains("base-url"))
                .isEqualTo(isRedirect);
    }
}
