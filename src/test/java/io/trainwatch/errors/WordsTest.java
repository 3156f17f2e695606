package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.StatusReader;
import io.trainwatch.tenant.Task;
import io.trainwatch.tenant.TaskPage;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.component.bean.validator.BeanValidationException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.hc.core5.http.MessageConstraintException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No text that people read holds the name of a Java class. */
class WordsTest {

    private static final StatusReader READER = StatusReader.shared();

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

    @Test
    void whatIsOftenAPathAndNothingMoreIsASentence() {
        assertThat(Words.why(new NoSuchFileException("/data"))).isEqualTo("/data is not there");
        assertThat(Words.why(new AccessDeniedException("/data"))).isEqualTo("/data may not be used by this user");
        assertThat(Words.why(new FileAlreadyExistsException("/data"))).isEqualTo("/data is there already");
        assertThat(Words.why(new NotDirectoryException("/data"))).isEqualTo("/data is no folder");
        assertThat(Words.why(new FileSystemException("/data", null, "No space left on device")))
                .isEqualTo("/data cannot be used: No space left on device");
        assertThat(Words.why(new DirectoryNotEmptyException("/data"))).isEqualTo("/data is a folder that is not empty");
        assertThat(Words.why(new FileSystemException("/data"))).isEqualTo("/data cannot be used");
        assertThat(Words.why(new FileSystemLoopException("/data"))).isEqualTo("/data is a link that leads nowhere");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <html>                                | not a readable document: Unexpected character ('<' (code 60))
            []                                    | not a readable document: it is no JSON object
            null                                  | not a readable document: it is no JSON object
            {"job_id": "a", "state": "RUNN        | not a readable document: Unexpected end-of-input
            """)
    void anUnreadableDocumentIsDescribed(String document, String description) {
        JsonProcessingException unreadable = catchThrowableOfType(
                JsonProcessingException.class, () -> READER.mapper().readValue(document, JobStatus.class));
        assertThat(Words.ofJson(unreadable))
                .startsWith(description)
                .doesNotContain("io.trainwatch", "java.", "enable", "expected a valid value");
    }

    @Test
    void noDocumentIsSaidInWords() {
        JsonProcessingException nothing = catchThrowableOfType(
                JsonProcessingException.class, () -> READER.mapper().readValue("", JobStatus.class));
        assertThat(CallFailure.of(nothing, Instant.EPOCH).message()).isEqualTo("the response has no body");
        Exception noBody = new InvalidPayloadException(new DefaultExchange(new DefaultCamelContext()), byte[].class);
        assertThat(CallFailure.of(noBody, Instant.EPOCH).message()).isEqualTo("the response has no body");
    }

    @Test
    void aBrokenConstraintNamesTheFieldAsTheDocumentDoes() throws Exception {
        assertThat(violations(READER.mapper().readValue("{\"state\": \"DONE\"}", JobStatus.class)))
                .isEqualTo("job_id must be given, once; state must be given, once, as one of QUEUED, RUNNING,"
                        + " COMPLETED, FAILED and CANCELLED");
        assertThat(violations(READER.mapper().readValue("{\"currentStep\": -1}", Task.class)))
                .isEqualTo("_id must be given, once; status must be given, once, as one of queued, active, done,"
                        + " cancelling, cancelled and error");
        assertThat(violations(READER.mapper().readValue("{}", TaskPage.class))).isEqualTo("items must be a list");
    }

    private static String violations(Object document) {
        return Words.ofViolations(new BeanValidationException(
                new DefaultExchange(new DefaultCamelContext()),
                READER.validation().getValidator().validate(document),
                document));
    }
}
