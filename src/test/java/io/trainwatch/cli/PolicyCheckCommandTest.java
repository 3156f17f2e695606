package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PolicyCheckCommandTest {

    private static final String RULES = "rules: [{type: cpu, above: 90, window: cusum late}]\n";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void filesThatCanBeUsedAreToldWithTheirRules() throws IOException {
        assertThat(check(write("all.yaml", "default: true\n"), write("shop.yaml", "applies-to: ['acme:shop/*']\n")))
                .isZero();
        assertThat(out.toString())
                .contains("all.yaml: policy all, 1 rule, sha256 ", "shop.yaml: policy shop, 1 rule, sha256 ")
                .contains("  max-cpu: CPU above 90 %");
    }

    @Test
    void filesThatTheServiceWouldRefuseTogetherAreRefused() throws IOException {
        Path a = write("a.yaml", "default: true\napplies-to: ['acme:a*/*']\n");
        Path b = write("b.yaml", "default: true\n");
        Path c = write("c.yaml", "applies-to: ['acme:*a/*']\n");
        assertThat(check(a, b, c)).isEqualTo(ExitCode.POLICY_REFUSED);
        assertThat(out.toString())
                .contains(a + ": policy a, ")
                .contains(b + ": line 1, column 10: default: " + a + " is for all jobs already")
                .contains(c + ": line 1, column 14: applies-to[0]: 'acme:*a/*' ties with 'acme:a*/*' of " + a);
        assertThat(check(b)).as("by itself").isZero();
    }

    @Test
    void eachThingThatIsWrongHasALine() throws IOException {
        Path file = write("bad.yaml", "exemt: true\nautocancel: true\n");
        assertThat(check(file)).isEqualTo(ExitCode.POLICY_REFUSED);
        assertThat(out.toString()).contains(file + ": line 1, column 1: 'exemt'", file + ": line 2, column 1: 'autoc");
    }

    @Test
    void aFileThatIsMissingIsSaidToBe() {
        Path file = folder.resolve("missing.yaml");
        assertThat(check(file)).isEqualTo(ExitCode.POLICY_REFUSED);
        assertThat(out.toString().strip()).isEqualTo(file + ": there is no such file");
    }

    private Path write(String file, String text) throws IOException {
        return Files.writeString(folder.resolve(file), text + RULES);
    }

    private int check(Path... files) {
        CommandLine line = new CommandLine(new PolicyCommand.Check()).setOut(new PrintWriter(out));
        return line.execute(java.util.Arrays.stream(files).map(Path::toString).toArray(String[]::new));
    }
}
