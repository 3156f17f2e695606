package io.trainwatch.cli;

import io.trainwatch.audit.AuditVerification;
import io.trainwatch.audit.KnownLines;
import io.trainwatch.audit.explain.AsJson;
import io.trainwatch.audit.explain.Explanation;
import io.trainwatch.audit.explain.Explanation.JobName;
import io.trainwatch.audit.explain.Explanation.Narrator;
import io.trainwatch.audit.explain.PlainWords;
import io.trainwatch.errors.Words;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.store.StoreUnavailable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description =
                "Explains from the audit alone why a job was looked at, judged, cancelled or not, how it ended and who"
                        + " was told. Needs neither the store nor the tenant; where store and keys are configured, each line"
                        + " is checked against them.",
        footerHeading = "%nExit codes:%n",
        footer = {
            "   0  explained",
            "   1  the audit has nothing about the job, or is not whole",
            "   2  bad usage, an audit that cannot be read, or several jobs have this id",
            "   3  explained, but neither the store nor a signature knows some of the lines; they are marked"
        })
final class ExplainCommand extends CliCommand {

    @Parameters(paramLabel = "[[TENANT:]PROJECT/]JOB", description = "The job.")
    private String job;

    @Option(
            names = "--audit",
            paramLabel = "PATH",
            description = "Audit files, or folders that hold them; trainwatch.audit.directory by default.")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean asJson;

    @Mixin
    private ConfigOption config;

    @Override
    protected int run() {
        JobName name;
        try {
            name = JobName.parse(job);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
        List<Path> audit = paths.isEmpty() ? List.of(config.auditDirectory()) : paths;
        for (Path path : audit) {
            if (Files.notExists(path)) {
                throw new UsageException("There is no audit at " + path.toAbsolutePath()
                        + ". Name its folder with --audit, or set trainwatch.audit.directory.");
            }
            if (!Files.isReadable(path)) {
                throw new UsageException(path.toAbsolutePath() + " cannot be read: let this user read it.");
            }
        }
        PrintWriter out = out();
        Narrator narrator = asJson ? new AsJson(out) : new PlainWords(out);
        Explanation.Result result = explain(audit, name, narrator);
        if (result.jobs().size() != 1) {
            tellOf(result, narrator, out);
        }
        if (result.jobs().size() > 1) {
            return ExitCode.USAGE;
        }
        if (!result.isTrustworthy()) {
            return ExitCode.AUDIT_FAULT;
        }
        return result.doubtful() > 0 ? ExitCode.UNPROVEN : ExitCode.OK;
    }

    private Explanation.Result explain(List<Path> audit, JobName name, Narrator narrator) {
        try {
            return Explanation.of(evidenced(audit), name, narrator);
        } catch (AccessDeniedException e) {
            throw new UsageException(e.getFile() + " cannot be read: let this user read it.");
        } catch (IOException e) {
            throw new UsageException("The audit cannot be read: " + Words.why(e) + ".");
        }
    }

    /** With the store and the keys of the configuration, where that is about this audit and can be used. */
    private AuditVerification.Request evidenced(List<Path> audit) throws IOException {
        AuditVerification.Request request = AuditVerification.Request.of(audit);
        if (!config.isNamed() && !isConfigured(audit)) {
            return request;
        }
        PrintWriter err = err();
        try {
            AuditEvidence.Configured evidence = config.readOnly(AuditEvidence.Configured::read);
            request = request.with(evidence.keys());
            Supplier<KnownLines> store = AuditEvidence.of(evidence.store());
            store.get();
            return request.with(Optional.of(store));
        } catch (SettingsException | UsageException | StoreUnavailable e) {
            String what = request.keys().isEmpty() ? "store and keys" : "the store";
            err.println("Not checked against " + what + ": " + e.getMessage());
            return request;
        }
    }

    private boolean isConfigured(List<Path> audit) throws IOException {
        Path configured = config.auditDirectory();
        return audit.size() == 1 && Files.exists(configured) && Files.isSameFile(audit.get(0), configured);
    }

    private void tellOf(Explanation.Result result, Narrator narrator, PrintWriter out) {
        if (narrator instanceof AsJson json) {
            json.nothing(job, result.jobs(), result.chain());
        } else if (result.jobs().isEmpty()) {
            out.println("The audit has nothing about " + job + ".");
            out.println(result.chain().describe());
        } else {
            out.println("Several jobs fit " + job + "; name one of them:");
            result.jobs().forEach(one -> out.println("  " + one));
        }
    }
}
