package io.trainwatch.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.trainwatch.job.JobKey;
import io.trainwatch.rules.InvalidPolicy.Problem;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import io.trainwatch.rules.YamlDocument.Place;
import io.trainwatch.text.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * A policy as it is written in a file, or beside the jobs that it is for. Immutable, checked as a whole.
 *
 * @param name names it in logs, events and the audit
 * @param forAll whether it is for all jobs that no other policy applies to
 * @param appliesTo the jobs that it is for
 * @param autoCancel whether a job that breaks a rule of level cancel is cancelled
 * @param dryRun whether it is only reported what would have been done
 * @param exempt jobs that are never cancelled
 * @param maintenance times in which nothing is cancelled
 * @param maxCancelsPerHour jobs of a tenant that it cancels within an hour, at most
 * @param gap the longest time between two looks that follow each other; empty where the interval decides
 * @param rules in the order of the file
 * @param hash of its text: SHA-256, in hexadecimal digits
 */
public record WrittenPolicy(
        String name,
        boolean forAll,
        List<JobPattern> appliesTo,
        boolean autoCancel,
        boolean dryRun,
        List<JobPattern> exempt,
        List<MaintenanceWindow> maintenance,
        OptionalInt maxCancelsPerHour,
        Optional<Duration> gap,
        List<Rule> rules,
        String hash) {

    /** Bytes; what is longer is refused before it is read. */
    static final int MAX_FILE_BYTES = 4 * YamlDocument.MAX_CHARACTERS;

    /** Names the policy of a job's own, and that of the settings. */
    static final String BESIDE_JOBS = "job";

    static final String OF_SETTINGS = "settings";

    public WrittenPolicy {
        appliesTo = List.copyOf(appliesTo);
        exempt = List.copyOf(exempt);
        maintenance = List.copyOf(maintenance);
        rules = List.copyOf(rules);
    }

    /**
     * Reads a file. Its name without {@code .yaml} is that of the policy, unless it says another.
     *
     * @throws InvalidPolicy with all that is wrong, by line and column, or why the file cannot be read
     */
    public static WrittenPolicy read(Path file) {
        return read(StableFiles.Content.of(file), file.toString());
    }

    static WrittenPolicy read(StableFiles.Content content, String file) {
        if (content.trouble() != null) {
            throw new InvalidPolicy(new Problem(0, 0, "", content.trouble()));
        }
        return parse(content.bytes(), stem(file));
    }

    /**
     * Reads the content of a file.
     *
     * @param name what counts where it says no other
     * @throws InvalidPolicy with all that is wrong, by line and column
     */
    public static WrittenPolicy parse(byte[] content, String name) {
        if (content.length > MAX_FILE_BYTES) {
            throw new InvalidPolicy(Problem.at(
                    Place.START, "", "is longer than " + MAX_FILE_BYTES + " bytes, which no policy needs to be"));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return PolicyReader.read(YamlDocument.read(text), name, sha256(content));
        } catch (CharacterCodingException e) {
            throw new InvalidPolicy(Problem.at(Place.START, "", "is no text in UTF-8"));
        }
    }

    /**
     * Reads a policy that stands beside the jobs that it is for.
     *
     * @param text JSON
     * @throws InvalidPolicy with all that is wrong, by path
     */
    public static WrittenPolicy besideJobs(String text) {
        try {
            return PolicyReader.readBesideJobs(
                    YamlDocument.read(text), BESIDE_JOBS, sha256(text.getBytes(StandardCharsets.UTF_8)));
        } catch (InvalidPolicy e) {
            // The lines are those of a text that nobody wrote.
            throw new InvalidPolicy(e.problems().stream()
                    .map(problem -> new Problem(
                            0, 0, problem.path().isEmpty() ? "policy" : "policy." + problem.path(), problem.what()))
                    .toList());
        }
    }

    /** Whether a trial of the policy is about the job: the policy is for it, or does not say which jobs it is for. */
    public boolean isTriedOn(JobKey job) {
        return forAll || appliesTo.isEmpty() || appliesTo.stream().anyMatch(pattern -> pattern.matches(job));
    }

    /** What the settings say, for jobs that no file is for. */
    static WrittenPolicy of(PolicySettings settings) {
        List<Rule> rules = new ArrayList<>();
        rules.addAll(settings.cpuWindow()
                .rules(
                        "max-cpu",
                        (id, level, window) -> new CpuRule(
                                id, level, settings.maxCpu(), window, warmUp(settings, settings.cpuWindow()))));
        rules.addAll(settings.memoryWindow()
                .rules(
                        "max-memory",
                        (id, level, window) -> new MemoryRule(
                                id, level, settings.maxMemory(), window, warmUp(settings, settings.memoryWindow()))));
        rules.add(new StagnationRule(null, null, settings.maxStagnation(), 0, settings.fixedStagnation()));
        return ofSettings(settings.autoCancel(), Optional.empty(), rules, text(settings));
    }

    /** A policy that was made and not written. */
    static WrittenPolicy of(Policy policy) {
        return ofSettings(policy.autoCancel(), Optional.of(policy.gap()), policy.rules(), policy.toString());
    }

    private static WrittenPolicy ofSettings(boolean autoCancel, Optional<Duration> gap, List<Rule> rules, String text) {
        return new WrittenPolicy(
                OF_SETTINGS,
                true,
                List.of(),
                autoCancel,
                false,
                List.of(),
                List.of(),
                OptionalInt.empty(),
                gap,
                rules,
                sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The same as a file would say it. Written by hand, so that a start without files need not load what reads them. */
    static String text(PolicySettings settings) {
        return "auto-cancel: " + settings.autoCancel() + "\nrules:\n"
                + usage("cpu", settings.maxCpu(), settings.cpuWindow(), settings)
                + usage("memory", settings.maxMemory(), settings.memoryWindow(), settings)
                + "  - {type: stagnation, within: " + settings.maxStagnation().toMillis() + "ms, fixed: "
                + settings.fixedStagnation() + "}\n";
    }

    private static String usage(String type, double limit, Windows windows, PolicySettings settings) {
        String each = Stream.of(
                        windows.warn().map(window -> "warn: " + window),
                        windows.cancel().map(window -> "cancel: " + window))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
        return "  - {type: " + type + ", above: " + limit + ", window: {" + each + "}, warm-up: "
                + warmUp(settings, windows).toMillis() + "ms}\n";
    }

    private static Duration warmUp(PolicySettings settings, Windows windows) {
        return settings.warmUp().orElse(windows.usualWarmUp());
    }

    /** The patterns of the jobs that it is for, as they are written. */
    public List<String> patterns() {
        return appliesTo.stream().map(JobPattern::toString).toList();
    }

    /** Whether the job is never cancelled. */
    public boolean exempts(JobKey job) {
        return exempt.stream().anyMatch(pattern -> pattern.matches(job));
    }

    /** Whether one of its maintenance windows holds the moment. */
    public boolean maintains(Instant now) {
        return maintenance.stream().anyMatch(window -> window.holds(now));
    }

    /** @param usualGap what counts where the policy says no other, see {@link Policy#gapFor} */
    public Policy policy(Duration usualGap) {
        return new Policy(autoCancel, gap.orElse(usualGap), rules);
    }

    static String stem(String file) {
        return Path.of(file).getFileName().toString().replaceFirst("\\.ya?ml$", "");
    }

    static String sha256(byte[] content) {
        return Sha256.hex(Sha256.of(content));
    }

    /**
     * A policy that stands beside jobs, and is kept with each of them. Checked.
     *
     * @param text JSON, as the store keeps it
     * @param hash of the text: SHA-256, in hexadecimal digits
     */
    public record OwnPolicy(String text, String hash) {

        /** What such a policy is called in the audit. */
        public static final String NAME = WrittenPolicy.BESIDE_JOBS;

        /** @throws InvalidPolicy with all that is wrong, by path */
        public static OwnPolicy of(JsonNode policy) {
            String text = policy.toString();
            return new OwnPolicy(text, WrittenPolicy.besideJobs(text).hash());
        }

        /** The hash of a text that was one. */
        public static String hash(String text) {
            return WrittenPolicy.sha256(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Keeps it for those who want to know later what a decision was made by. */
        public void remember(Handle handle, Instant now) {
            PolicyVersions.keep(handle, new PolicyVersions.Version(NAME, hash, NAME, text), false, now);
        }
    }
}
