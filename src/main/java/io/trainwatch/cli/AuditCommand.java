package io.trainwatch.cli;

import io.trainwatch.audit.AuditVerification;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "audit",
        description = "Works on audit files.",
        mixinStandardHelpOptions = true,
        subcommands = AuditCommand.Verify.class)
final class AuditCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(spec.commandLine(), "Name a command: verify.");
    }

    @Command(
            name = "verify",
            description = "Checks the chain of audit files, oldest first. Exits with 0 when it is whole, with 1 after"
                    + " naming the first bad line.",
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {

        @Parameters(arity = "1..*", paramLabel = "PATH", description = "Audit files, or folders that hold them.")
        private List<Path> paths;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            AuditVerification.Result result = AuditVerification.verify(paths);
            spec.commandLine().getOut().println(result.describe());
            spec.commandLine().getOut().flush();
            return result.isWhole() ? ExitCode.OK : ExitCode.AUDIT_FAULT;
        }
    }
}
