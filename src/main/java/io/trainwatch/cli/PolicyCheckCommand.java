package io.trainwatch.cli;

import io.trainwatch.rules.PolicySet;
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
        description =
                "Says whether the service could use these policy files together, and if not, what is wrong in which line:"
                        + " in a file, or between two of them.",
        mixinStandardHelpOptions = true)
final class PolicyCheckCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A policy file.")
    private List<Path> files;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PolicySet check = PolicySet.ofFiles(files);
        check.inForce().forEach((file, policy) -> {
            int rules = policy.rules().size();
            out.println(file + ": policy " + policy.name() + ", " + rules + (rules == 1 ? " rule" : " rules")
                    + ", sha256 " + policy.hash());
            policy.rules().forEach(rule -> out.println("  " + rule.id() + ": " + rule.meaning()));
        });
        check.refused()
                .forEach((file, refusal) -> refusal.problems().forEach(problem -> out.println(file + ": " + problem)));
        out.flush();
        return check.refused().isEmpty() ? ExitCode.OK : ExitCode.POLICY_REFUSED;
    }
}
