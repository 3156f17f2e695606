package io.trainwatch.cli;

import io.trainwatch.job.JobKey;
import io.trainwatch.optional.history.ExportedHistory;
import io.trainwatch.optional.history.HistoryExport;
import io.trainwatch.optional.history.HistorySource;
import io.trainwatch.optional.history.PolicyTrial;
import io.trainwatch.optional.history.StoredHistory;
import io.trainwatch.optional.history.TrialSummary;
import io.trainwatch.rules.InvalidPolicy;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.PolicySet;
import io.trainwatch.rules.WrittenPolicy;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "policy",
        description = "Tries policies.",
        subcommands = {PolicyCommand.Check.class, PolicyCommand.Test.class, PolicyCommand.Export.class})
final class PolicyCommand extends CliCommand.Group {

    @Command(
            name = "check",
            description =
                    "Says whether the service could use these policy files together, and if not, what is wrong in which line:"
                            + " in a file, or between two of them.")
    static final class Check extends CliCommand {

        @Parameters(arity = "1..*", paramLabel = "FILE", description = "A policy file.")
        private List<Path> files;

        @Override
        protected int run() {
            PrintWriter out = out();
            PolicySet check = PolicySet.ofFiles(files);
            check.inForce().forEach((file, policy) -> {
                int rules = policy.rules().size();
                out.println(file + ": policy " + policy.name() + ", " + rules + (rules == 1 ? " rule" : " rules")
                        + ", sha256 " + policy.hash());
                policy.rules().forEach(rule -> out.println("  " + rule.id() + ": " + rule.meaning()));
            });
            check.refused()
                    .forEach((file, refusal) ->
                            refusal.problems().forEach(problem -> out.println(file + ": " + problem)));
            return check.refused().isEmpty() ? ExitCode.OK : ExitCode.POLICY_REFUSED;
        }
    }

    @Command(
            name = "test",
            description =
                    "What a policy would have done to the jobs that were looked at. Lists those that would have met"
                            + " something else. Without a policy, judges each look by the policy that it was judged by, and compares"
                            + " every decision.%nExits with 0 where nothing is different, 1 where something is, 2 where policy or history"
                            + " cannot be used, or the policy applies to none of the jobs.")
    static final class Test extends CliCommand {

        @Option(
                names = "--policy",
                paramLabel = "FILE",
                description =
                        "The policy, YAML; tried on the jobs that it applies to, or on all where it does not say.")
        private Path policy;

        @Mixin
        private HistoryOption history;

        @Option(names = "--json", description = "Print the result as one JSON object.")
        private boolean json;

        @Override
        protected int run() throws IOException {
            Optional<WrittenPolicy> written = policy == null ? Optional.empty() : Optional.of(read(policy));
            TrialSummary summary = history.with(source -> trial(source, written));
            TrialReport report = new TrialReport(policy == null ? null : policy.toString(), summary);
            PrintWriter out = out();
            out.print(json ? report.json() : report.text());
            if (report.triedNothing()) {
                return ExitCode.USAGE;
            }
            return summary.isSame() ? ExitCode.OK : ExitCode.WOULD_DIFFER;
        }

        private static TrialSummary trial(HistorySource source, Optional<WrittenPolicy> written) {
            return written.map(policy -> PolicyTrial.of(source, new Tried(policy)))
                    .orElseGet(() -> PolicyTrial.replay(source));
        }

        private static WrittenPolicy read(Path file) {
            try {
                return WrittenPolicy.read(file);
            } catch (InvalidPolicy e) {
                throw new UsageException("The policy " + file + " cannot be used: " + e.getMessage());
            }
        }

        /** A file, as it would have been in force for the jobs that it is for. */
        private static final class Tried implements PolicyTrial.Tried {
            private final WrittenPolicy written;
            private final Map<Duration, Policy> byGap = new ConcurrentHashMap<>();

            Tried(WrittenPolicy written) {
                this.written = written;
            }

            @Override
            public Optional<Policy> policyOf(String job, Optional<Policy> live) {
                if (!written.isTriedOn(JobKey.parse(job, null))) {
                    return Optional.empty();
                }
                // The gap is that of the service's interval, where the policy says no other.
                Duration gap = live.map(Policy::gap).orElse(Policy.gapFor(Duration.ZERO));
                return Optional.of(byGap.computeIfAbsent(gap, written::policy));
            }

            @Override
            public boolean withholds(String job, Instant at) {
                return written.exempts(JobKey.parse(job, null)) || written.maintains(at);
            }
        }
    }

    @Command(
            name = "export",
            description =
                    "Writes the recorded looks as JSON lines, for policy test and for other programs. Exits with 2 where a job that"
                            + " --job names has none.")
    static final class Export extends CliCommand {

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

        @Override
        protected int run() throws IOException {
            Set<String> wanted = new TreeSet<>();
            jobs.forEach(job -> wanted.add(key(job)));
            Set<String> missing = new TreeSet<>(wanted);
            Predicate<String> isWanted = job -> {
                missing.remove(job);
                return wanted.isEmpty() || wanted.contains(job);
            };
            PrintWriter err = err();
            if (output == null) {
                PrintWriter out = out();
                history.with(source -> write(source, isWanted, out));
            } else {
                long looks = history.with(source -> JsonLines.write(output, out -> write(source, isWanted, out)));
                err.println(looks + " looks were written to " + output + ".");
            }
            missing.forEach(job -> err.println("The history has no looks of " + job + "."));
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

    /** Where a command takes recorded looks from. */
    static final class HistoryOption {

        /** What every file of SQLite begins with. */
        private static final byte[] SQLITE = "SQLite format 3".getBytes(StandardCharsets.US_ASCII);

        @Mixin
        private ConfigOption config;

        @Option(
                names = "--history",
                paramLabel = "PATH",
                description =
                        "An export (JSON lines; with .gz compressed) or the file of a store; by default the store of the"
                                + " configuration, whether the service runs or not.")
        private Path path;

        /** Does the work with the source, and closes it. */
        <T> T with(Function<HistorySource, T> work) throws IOException {
            return path == null ? withConfigured(work) : withFile(work);
        }

        private <T> T withFile(Function<HistorySource, T> work) throws IOException {
            if (!Files.isReadable(path) || Files.isDirectory(path)) {
                throw new UsageException("The history " + path + " cannot be read: " + trouble());
            }
            if (!isStore(path)) {
                return work.apply(new ExportedHistory(path));
            }
            try (Store store = Store.open("jdbc:sqlite:" + path.toAbsolutePath(), null, null)) {
                return work.apply(new StoredHistory(store, path.toString()));
            }
        }

        private String trouble() {
            if (!Files.exists(path)) {
                return "there is no such file.";
            }
            return Files.isDirectory(path) ? "it is a folder." : "this user may not read it.";
        }

        private <T> T withConfigured(Function<HistorySource, T> work) {
            StoreSettings settings = config.read(Map.of()).get(StoreSettings.STORE);
            try (Store store = settings.openExisting()) {
                return work.apply(new StoredHistory(store, name(settings.url())));
            }
        }

        /** The path of an SQLite store, the address of another; without the query, which may hold a password. */
        static String name(String url) {
            return url.replaceFirst("^jdbc:(sqlite:)?", "").replaceFirst("\\?.*", "");
        }

        private static boolean isStore(Path path) throws IOException {
            try (InputStream in = Files.newInputStream(path)) {
                return Arrays.equals(in.readNBytes(SQLITE.length), SQLITE);
            }
        }
    }
}
