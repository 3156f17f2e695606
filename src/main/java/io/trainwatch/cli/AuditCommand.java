package io.trainwatch.cli;

import io.trainwatch.audit.AuditProof;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.signing.SigningKey;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "audit",
        description = "Works on audit files.",
        subcommands = {AuditCommand.Verify.class, AuditCommand.Proof.class, AuditCommand.Key.class})
final class AuditCommand extends CliCommand.Group {

    @Command(
            name = "verify",
            description =
                    "Checks the chain of audit files through files, folders and nodes, and what its checkpoints prove."
                            + " Give the keys and the store: together they prove every line.",
            footerHeading = "%nExit codes:%n",
            footer = {
                "   0  whole; with the key or the store, every line is proven by it",
                "   1  not whole: the first bad line is named",
                "   2  bad usage, or files or store cannot be read",
                "   3  whole, but unproven at the end: a key was given and no store, and the last lines have no signed"
                        + " checkpoint behind them"
            })
    static final class Verify extends CliCommand {

        @Parameters(arity = "1..*", paramLabel = "PATH", description = "Audit files, or folders that hold them.")
        private List<Path> paths;

        @Mixin
        private AuditEvidence evidence;

        @Option(
                names = "--partial",
                description = "Accepts that the chain begins with another line than the first, as where only some files"
                        + " are at hand.")
        private boolean partial;

        @Override
        protected int run() throws Exception {
            for (Path path : paths) {
                if (!Files.exists(path)) {
                    throw new UsageException("There is no file or folder " + path + ".");
                }
            }
            AuditVerification.Request request = AuditVerification.Request.of(paths)
                    .with(evidence.keys())
                    .knowing(evidence.known())
                    .with(evidence.store())
                    .partly(partial);
            AuditVerification.Result result = AuditVerification.verify(request);
            out().println(result.describe());
            if (!result.isWhole()) {
                return ExitCode.AUDIT_FAULT;
            }
            return result.unproven() > 0 ? ExitCode.UNPROVEN : ExitCode.OK;
        }
    }

    @Command(
            name = "proof",
            description = "Prints the lines of one job with what is needed to check them alone; or checks such a proof."
                    + " Exits with 0 when there is a line and all are good, else with 1, or with 2 where"
                    + " that could not be found out.")
    static final class Proof extends CliCommand {

        @Option(names = "--check", paramLabel = "FILE", description = "Checks this proof instead of making one.")
        private Path check;

        @Parameters(
                arity = "0..*",
                paramLabel = "JOB PATH",
                description = "The job, TENANT:PROJECT/JOB or its id alone; then audit files or folders, 'audit' unless"
                        + " given.")
        private List<String> jobAndPaths = List.of();

        @Mixin
        private AuditEvidence evidence;

        @Override
        protected int run() throws Exception {
            PrintWriter out = out();
            PrintWriter err = err();
            int code = check == null ? make(out, err) : check(out);
            return code;
        }

        private int make(PrintWriter out, PrintWriter err) throws Exception {
            if (jobAndPaths.isEmpty()) {
                throw new UsageException("Name a job, or give --check FILE.");
            }
            List<Path> paths = jobAndPaths.size() == 1
                    ? List.of(Path.of("audit"))
                    : jobAndPaths.subList(1, jobAndPaths.size()).stream()
                            .map(Path::of)
                            .toList();
            AuditProof.Document proof = AuditProof.of(jobAndPaths.get(0), paths);
            out.println(proof.text());
            if (proof.lines() + proof.open() == 0) {
                err.println("There is no line of the job " + jobAndPaths.get(0) + ".");
                return ExitCode.AUDIT_FAULT;
            }
            if (proof.open() > 0) {
                err.println(proof.open() + " lines have no checkpoint behind them yet; one follows within a minute.");
            }
            return ExitCode.OK;
        }

        private int check(PrintWriter out) throws Exception {
            AuditProof.Check result = AuditProof.check(AuditEvidence.text(check), evidence.keys());
            if (result.fault().isPresent()) {
                out.println("FAULT  " + check + ": " + result.fault().get());
                return ExitCode.AUDIT_FAULT;
            }
            out.println("OK  " + result.lines() + (result.lines() == 1 ? " line is" : " lines are")
                    + " among those that the checkpoints speak for");
            result.notes().forEach(note -> out.println("    " + note));
            return result.lines() > 0 ? ExitCode.OK : ExitCode.AUDIT_FAULT;
        }
    }

    @Command(
            name = "key",
            description =
                    "Makes an Ed25519 key for trainwatch.audit.key, or shows the public half and the id of the keys"
                            + " that are given.")
    static final class Key extends CliCommand {

        @Option(names = "--of", paramLabel = "FILE", description = "A file with keys.")
        private Path of;

        @Override
        protected int run() throws Exception {
            PrintWriter out = out();
            String text = of == null ? SigningKey.generate() : AuditEvidence.text(of);
            if (of == null) {
                out.println(text);
            }
            for (SigningKey key : AuditEvidence.parse(text)) {
                out.println("# " + key.algorithm() + " key " + key.id()
                        + (key.publicHalf().isEmpty() ? "" : ", public half: " + key.publicHalf()));
            }
            return ExitCode.OK;
        }
    }
}
