package io.trainwatch.cli;

import io.trainwatch.job.JobKey;
import io.trainwatch.optional.history.HistorySource;
import io.trainwatch.optional.history.PolicyTrial;
import io.trainwatch.optional.history.TrialSummary;
import io.trainwatch.rules.InvalidPolicy;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.WrittenPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "test",
        description = "What a policy would have done to the jobs that were looked at. Lists those that would have met"
                + " something else. Without a policy, judges each look by the policy that it was judged by, and compares"
                + " every decision.%nExits with 0 where nothing is different, 1 where something is, 2 where policy or history"
                + " cannot be used, or the policy applies to none of the jobs.",
        mixinStandardHelpOptions = true)
final class PolicyTestCommand implements Callable<Integer> {

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "The policy, YAML; tried on the jobs that it applies to, or on all where it does not say.")
    private Path policy;

    @Mixin
    private HistoryOption history;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Optional<WrittenPolicy> written = policy == null ? Optional.empty() : Optional.of(read(policy));
        TrialSummary summary = history.with(source -> trial(source, written));
        TrialReport report = new TrialReport(policy == null ? null : policy.toString(), summary);
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? report.json() : report.text());
        out.flush();
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
