package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.trainwatch.demo.scenarios.ScenarioTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What a user mistakes is told in a sentence, with exit code 2. */
class TrainwatchCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aFileThatIsNotThereOrIsNone() throws Exception {
        Path missing = folder.resolve("missing");
        assertThat(mistake("audit", "key", "--of", missing.toString())).contains(missing + " is not there");
        assertThat(mistake("audit", "proof", "--check", missing.toString())).contains(missing + " is not there");
        assertThat(mistake("audit", "key", "--of", folder.toString())).contains(folder + " is a folder");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(mistake("audit", "key", "--of", binary.toString())).contains("holds no text");
    }

    @Test
    void aStoreOfNoKnownKind() throws Exception {
        Path audit = Files.createFile(folder.resolve("audit.jsonl"));
        assertThat(mistake("audit", "verify", audit.toString(), "--store", "jdbc:mysql://db/x"))
                .contains("jdbc:sqlite:PATH or jdbc:postgresql:");
    }

    @Test
    void aFolderThatCannotBeMade() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        for (String command : new String[] {"demo", "scenarios"}) {
            assertThat(mistake(command, "--directory", file.toString()))
                    .contains("The folder " + file + " cannot be used: " + file + " is there already", "--directory");
            assertThat(mistake(command, "--directory", file + "/below")).contains("Not a directory");
        }
    }

    @Test
    void aPortThatIsTakenOrIsNone() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String taken = String.valueOf(other.getLocalPort());
            assertThat(mistake("simulate", "--port", taken)).contains(":" + taken, "--port");
            assertThat(mistake("simulate", "--webhook-port", taken)).contains(":" + taken, "--webhook-port");
        }
        assertThat(mistake("simulate", "--port", "99999")).contains("--port is a number from 1 to 65535");
        assertThat(mistake("simulate", "--webhook-port", "-1")).contains("--webhook-port is a number");
    }

    @Test
    void anOptionThatWouldBeIgnored() {
        assertThat(mistake("simulate", "--jobs", "-3")).contains("--jobs must be at least 1");
        assertThat(mistake("demo", "--tasks", "5")).isEqualTo("--tasks goes with --discover only.");
        assertThat(mistake("demo", "--for", "abc")).isEqualTo("--for goes with --discover only.");
        assertThat(mistake("demo", "--discover", "--projects", "0")).contains("must be at least 1");
    }

    @Test
    void aFolderThatHoldsAnEarlierDemo() throws Exception {
        Files.createFile(folder.resolve("trainwatch.db"));
        for (String[] more : new String[][] {{"--brief"}, {"--discover"}}) {
            assertThat(mistake("demo", more[0], "--directory", folder.toString()))
                    .contains(folder + " holds an earlier demo");
        }
    }

    @Test
    void aScenarioThatIsNone() {
        assertThat(execute("scenarios", "--only", "zzz")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains("'zzz'")
                .hasLineCount(1 + ScenarioTable.names(false).size());
    }

    @Test
    void aStoreThatCannotBeOpenedIsAllThatIsTold() throws Exception {
        Path none = Files.writeString(folder.resolve("none.db"), "no database".repeat(1_000));
        assertThat(mistakeOfStore("jdbc:sqlite:" + none, ExitCode.USAGE)).contains("this user may write the file");
        assertThat(mistakeOfStore("jdbc:postgresql://127.0.0.1:1/trainwatch", ExitCode.LATER))
                .contains("the server runs");
    }

    private String mistakeOfStore(String url, int exitCode) throws IOException {
        Path config = Files.writeString(folder.resolve("my.properties"), """
                trainwatch.tenant.acme.base-url = http://127.0.0.1:1/api
                trainwatch.tenant.acme.client-id = id
                trainwatch.tenant.acme.client-secret = secret
                trainwatch.store.url = %s
                trainwatch.http.enabled = false
                """.formatted(url));
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        logged.start();
        root.addAppender(logged);
        try {
            String told = mistakeWith(exitCode, "run", "-c", config.toString());
            assertThat(told).startsWith("Cannot open the store " + url + ": ");
            assertThat(logged.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
            return told;
        } finally {
            root.detachAppender(logged);
        }
    }

    @Test
    void helpNamesAllThatCanHappen() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("prepare", "scenarios", "webhook");
        assertThat(execute("watch", "--help")).isZero();
        assertThat(out.toString()).contains("130  ended by SIGINT, 143 by SIGTERM", "70  a fault in Trainwatch");
    }

    /** What is told; a single line. */
    private String mistake(String... arguments) {
        return mistakeWith(ExitCode.USAGE, arguments);
    }

    private String mistakeWith(int exitCode, String... arguments) {
        assertThat(execute(arguments)).isEqualTo(exitCode);
        assertThat(err.toString()).hasLineCount(1).doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
        String told = err.toString().strip();
        err.getBuffer().setLength(0);
        return told;
    }

    private int execute(String... arguments) {
        CommandLine line = TrainwatchCommand.commandLine(arguments);
        return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }
}
