package io.trainwatch.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What others send or put down is read up to a bound: by readNBytes, {@code InputFile} or {@code BoundedAnswers}. */
class NoUnboundedReadTest {

    private static final Pattern UNBOUNDED =
            Pattern.compile("\\breadAllBytes\\(|\\bFiles\\.(?:readString|readAllLines)\\(|\\.transferTo\\("
                    + "|\\bEntityUtils\\.(?:toByteArray|toString)\\(|\\bIOUtils\\.to|\\bfetchBody\\(");

    /** Where the whole is read all the same, and why it does no harm. */
    private static final Map<String, String> ALLOWED = Map.of(
            "webhook/Payload.java", "a resource of this program",
            "api/Api.java", "a resource of this program",
            "store/SqliteLibrary.java", "a resource of this program's libraries, to a file",
            "webhook/WebhookSettings.java", "the template that the properties name, at the start",
            "http/FileTls.java", "the certificates that the properties name, which Java's key stores read whole too",
            "cli/AuditEvidence.java", "the file that the command line names, in a process of its own");

    @Test
    void nothingOfOthersIsReadWithoutABound() throws IOException {
        Path root = Path.of("src", "main", "java", "io", "trainwatch");
        TreeSet<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (UNBOUNDED.matcher(Files.readString(file)).find()) {
                    found.add(root.relativize(file).toString().replace('\\', '/'));
                }
            }
        }
        assertThat(found)
                .as("files that read without a bound; what is gone is to be taken off the list")
                .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }
}
