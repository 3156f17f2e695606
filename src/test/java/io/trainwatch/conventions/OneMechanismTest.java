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

/** One mechanism per concern, where a test can see it. Who needs a second stands here with the reason. */
class OneMechanismTest {

    private static final Path ROOT = Path.of("src", "main", "java", "io", "trainwatch");

    @Test
    void hashesAreMadeInOnePlace() throws IOException {
        assertOnly("MessageDigest\\.getInstance", Map.of("text/Sha256.java", "makes them for all"));
    }

    @Test
    void hexadecimalDigitsOfHashesAreWrittenInOnePlace() throws IOException {
        assertOnly(
                "HexFormat\\.",
                Map.of(
                        "text/Sha256.java",
                        "writes and reads them for all",
                        "signing/SigningKey.java",
                        "the id of a key, which is part of a hash or of an HMAC, and a constant of RFC 8410",
                        "http/ClientComponent.java",
                        "digits in place of characters that a name may not have"));
    }

    @Test
    void keysSignInOnePlace() throws IOException {
        assertOnly(
                "\\b(?:Mac|Signature|KeyFactory|KeyPairGenerator)\\.getInstance",
                Map.of(
                        "signing/SigningKey.java",
                        "for all",
                        "http/FileTls.java",
                        "reads the private key of a client certificate, which signs for TLS only"));
    }

    @Test
    void httpClientsAreBuiltInOnePlace() throws IOException {
        assertOnly(
                "HttpClients\\.custom|HttpClientBuilder\\.create|HttpAsyncClient|HttpClient\\.newHttpClient"
                        + "|HttpClient\\.newBuilder|URLConnection",
                Map.of("http/Clients.java", "builds them for all"));
    }

    @Test
    void jsonIsWrittenByJackson() throws IOException {
        assertOnly(
                "\"[^\"\\n]*[{,]\\\\\"[\\w.@]*(?:\\\\\"|\" ?\\+)",
                Map.of(
                        "audit/AuditLine.java",
                        "the bytes of an audit line, which its hash is over; a million lines are verified by them in"
                                + " 1.6 s of processor time once warm (src/bench/audit)",
                        "audit/Checkpoint.java",
                        "what is signed is the line up to its signature, byte by byte",
                        "optional/history/HistoryExport.java",
                        "lines that the reader of an export tells from looks by their start",
                        "optional/history/StoredHistory.java",
                        "puts the job before the looks, which are JSON already and are not parsed for it",
                        "watch/JobsSettings.java",
                        "an example for people",
                        "optional/discovery/WatchRequest.java",
                        "an example for people",
                        "api/ApiRequest.java",
                        "an example for people"));
    }

    @Test
    void longTextsAreCutInOnePlace() throws IOException {
        assertOnly("\"…\"", Map.of("text/SafeText.java", "cuts them for all"));
    }

    @Test
    void waitsGrowInOnePlace() throws IOException {
        assertOnly(
                "1L? << (?:Math|retry|attempt|failures)",
                Map.of(
                        "errors/Backoff.java",
                        "for all",
                        "errors/ErrorHandling.java",
                        "two retries within a look, whose jitter is another",
                        "watch/Schedule.java",
                        "waits of single jobs, which their interval bounds"));
    }

    @Test
    void nobodyWaitsByPolling() throws IOException {
        assertOnly(
                "Thread\\.(?:sleep|onSpinWait|yield)\\(|LockSupport\\.park|TimeUnit\\.\\w+\\.sleep",
                Map.of(
                        "cli/JobsCommand.java",
                        "a command, which shows anew what another process does",
                        "cli/WatchCommand.java",
                        "a command, which looks at the store that another node may write",
                        "cli/Watching.java",
                        "a command, likewise",
                        "cli/Service.java",
                        "a command, which awaits the first look of its own service",
                        "store/OpenLock.java",
                        "a lock of another process, which wakes nobody"));
    }

    private static void assertOnly(String pattern, Map<String, String> places) throws IOException {
        Pattern sought = Pattern.compile(pattern);
        TreeSet<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                String code = Files.readString(file).replaceAll("(?m)^import .*$|^\\s*/?\\*.*$|//.*$", "");
                if (sought.matcher(code).find()) {
                    found.add(ROOT.relativize(file).toString().replace('\\', '/'));
                }
            }
        }
        assertThat(found)
                .as("files with %s; use what is there, and take what is gone off the list", pattern)
                .containsExactlyInAnyOrderElementsOf(places.keySet());
    }
}
