package io.trainwatch.cli;

import io.trainwatch.job.JobKey;
import io.trainwatch.optional.history.HistoryExport;
import io.trainwatch.optional.history.HistorySource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description =
                "Writes the recorded looks as JSON lines, for policy test and for other programs. Exits with 2 where a job that"
                        + " --job names has none.",
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
        Set<String> wanted = new TreeSet<>();
        jobs.forEach(job -> wanted.add(key(job)));
        Set<String> missing = new TreeSet<>(wanted);
        Predicate<String> isWanted = job -> {
            missing.remove(job);
            return wanted.isEmpty() || wanted.contains(job);
        };
        PrintWriter err = spec.commandLine().getErr();
        if (output == null) {
            PrintWriter out = spec.commandLine().getOut();
            history.with(source -> write(source, isWanted, out));
            out.flush();
        } else {
            long looks = history.with(source -> JsonLines.write(output, out -> write(source, isWanted, out)));
            err.println(looks + " looks were written to " + output + ".");
        }
        missing.forEach(job -> err.println("The history has no looks of " + job + "."));
        err.flush();
        return missing.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
    }

    private static String key(String job) {
        try {
            return JobKey.parse(job, null).toString();
        } catch (IllegalArgumentException e) {
            throw new UsageException("--job " + job + " names no job: write TENANT:PROJECT/JOB.");
        }
    }

    private static long write(HistorySource source, Predicate<String> jobs, Writer out) {
        return HistoryExport.write(source, jobs, InstantSource.system().instant(), out);
    }
}
