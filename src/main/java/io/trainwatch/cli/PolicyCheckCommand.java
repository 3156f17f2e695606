package io.trainwatch.cli;

import io.trainwatch.policies.InvalidPolicy;
import io.trainwatch.policies.WrittenPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Says whether policy files can be used, and if not, what is wrong in which line.",
        mixinStandardHelpOptions = true)
final class PolicyCheckCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A policy file.")
    private List<Path> files;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int code = ExitCode.OK;
        for (Path file : files) {
            try {
                WrittenPolicy policy = WrittenPolicy.read(file);
                out.println(file + ": policy " + policy.name() + ", "
                        + policy.rules().size() + " rules, sha256 " + policy.hash());
                policy.rules().forEach(rule -> out.println("  " + rule.id() + ": " + rule.meaning()));
            } catch (InvalidPolicy e) {
                code = ExitCode.POLICY_REFUSED;
                e.problems().forEach(problem -> out.println(file + ": " + problem));
            } catch (IOException e) {
                code = ExitCode.POLICY_REFUSED;
                out.println(file + ": cannot be read: " + e);
            }
        }
        out.flush();
        return code;
    }
}
