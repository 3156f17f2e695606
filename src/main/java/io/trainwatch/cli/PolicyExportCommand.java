package io.trainwatch.cli;

import io.trainwatch.history.HistoryExport;
import io.trainwatch.history.HistorySource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = "Writes the recorded looks as JSON lines, for policy test and for other programs.",
        mixinStandardHelpOptions = true)
final class PolicyExportCommand implements Callable<Integer> {

    @Mixin
    private HistoryOption history;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to; compressed where it ends with .gz. Standard output by default.")
    private Path output;

    @Option(
            names = "--job",
            paramLabel = "TENANT:PROJECT/JOB",
            description = "Only this job; may be given several times.")
    private Set<String> jobs = Set.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (output == null) {
            PrintWriter out = spec.commandLine().getOut();
            history.with(source -> write(source, out));
            out.flush();
            return ExitCode.OK;
        }
        long looks = history.with(source -> {
            try (Writer out = JsonLines.create(output)) {
                return write(source, out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        spec.commandLine().getErr().println(looks + " looks were written to " + output + ".");
        return ExitCode.OK;
    }

    private long write(HistorySource source, Writer out) {
        return HistoryExport.write(
                source,
                job -> jobs.isEmpty() || jobs.contains(job),
                InstantSource.system().instant(),
                out);
    }
}
