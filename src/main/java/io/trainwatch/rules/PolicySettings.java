package io.trainwatch.rules;

import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What counts as a breach where a job has no policy of its own.
 *
 * @param autoCancel whether a breach cancels the job; {@code false} holds for all policies
 * @param maxCpu percent
 * @param cpuWindow how many readings over it it takes
 * @param maxMemory percent
 * @param memoryWindow how many readings over it it takes
 * @param warmUp for how long a job is not judged by the two; empty for what is usual with the windows
 * @param fixedStagnation whether the job's own steps do not count
 * @param cancelDeadline how long a cancelled job may take to end until that is reported
 * @param directory where policy files are
 * @param maxCancelsPerHour jobs of a tenant that are cancelled within an hour, where the tenant has no number of its own
 */
public record PolicySettings(
        boolean autoCancel,
        double maxCpu,
        Windows cpuWindow,
        double maxMemory,
        Windows memoryWindow,
        Optional<Duration> warmUp,
        Duration maxStagnation,
        boolean fixedStagnation,
        Duration cancelDeadline,
        Path directory,
        int maxCancelsPerHour) {

    /** The directory where no other is set; this one may be missing. */
    public static final Path USUAL_DIRECTORY = Path.of("policies");

    public static final Section SECTION = new Section("Policy", "When a job is stopped.");

    private static final Setting<Boolean> AUTO_CANCEL = SECTION.setting(
            "policy.auto-cancel",
            ValueType.trueOrFalse(),
            "true",
            "Whether a breach cancels the job; with `false`, all jobs are judged and reported only, whatever policies say.");
    private static final Setting<Path> DIRECTORY = SECTION.setting(
            "policy.directory",
            Addresses.directory(),
            USUAL_DIRECTORY.toString(),
            "A YAML file in this folder is a [policy](policies.md) of its own; the keys below are for jobs that none is for.");
    private static final Setting<Integer> MAX_CANCELS = SECTION.setting(
            "policy.max-cancels-per-hour",
            Quantities.integer(0, 100_000),
            "100",
            "The jobs of a tenant that all nodes together cancel within an hour, at most; further ones are only reported"
                    + " until there is room.");
    private static final Setting<Double> MAX_CPU =
            SECTION.setting("policy.max-cpu", Quantities.percent(), "95", "More CPU usage than this is a breach.");
    private static final Setting<Windows> CPU_WINDOW = SECTION.setting(
            "policy.cpu-window",
            windows(),
            Windows.DEFAULT.toString(),
            "How many looks at CPU usage over the limit it takes to warn, and to cancel; see [policies](policies.md).");
    private static final Setting<Double> MAX_MEMORY = SECTION.setting(
            "policy.max-memory", Quantities.percent(), "90", "More memory usage than this is a breach.");
    private static final Setting<Windows> MEMORY_WINDOW = SECTION.setting(
            "policy.memory-window",
            windows(),
            Windows.DEFAULT.toString(),
            "How many looks at memory usage over the limit it takes to warn, and to cancel; see [policies](policies.md).");
    private static final Setting<Duration> WARM_UP = SECTION.optional(
            "policy.warm-up",
            Quantities.duration("0s", "7d"),
            "For how long from the start of its run a job is not judged by CPU and memory; 5m, and no time by a window"
                    + " that only cancels, unless given.");
    private static final Setting<Duration> MAX_STAGNATION = SECTION.setting(
            "policy.max-stagnation",
            Quantities.duration("1s", "30d"),
            "300s",
            "No progress for this long is a breach, unless the job's own steps make longer times plausible; see"
                    + " [policies](policies.md).");
    private static final Setting<Boolean> FIXED_STAGNATION = SECTION.setting(
            "policy.fixed-stagnation",
            ValueType.trueOrFalse(),
            "false",
            "Whether `max-stagnation` alone decides, however long the job's own steps are.");
    private static final Setting<Duration> CANCEL_DEADLINE = SECTION.setting(
            "policy.cancel-deadline",
            Quantities.duration("1s", "7d"),
            "5m",
            "How long after the decision to cancel it a job may run on before `job.cancel_failed` tells;"
                    + " see [cancels](cancels.md).");

    public static final Part<PolicySettings> POLICY = SECTION.part(PolicySettings::read);

    /**
     * Says before anything happens which jobs will be cancelled, by which rules, and where to change that.
     *
     * @param files the policies of files that are in force
     */
    public String cancelNotice(Collection<WrittenPolicy> files) {
        if (!autoCancel) {
            return "No job will be cancelled, since trainwatch.policy.auto-cancel is false.";
        }
        WrittenPolicy forRest =
                files.stream().filter(WrittenPolicy::forAll).findFirst().orElseGet(() -> WrittenPolicy.of(this));
        String notice = cancelled(forRest);
        String others = files.stream()
                .filter(policy -> !policy.forAll())
                .map(WrittenPolicy::name)
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            notice += " Jobs of the policies " + others + " have the rules of these.";
        }
        if (files.isEmpty() && isUsual()) {
            notice += " These are the defaults: trainwatch.policy.* and files in " + directory
                    + " change them, and trainwatch.policy.auto-cancel=false only reports.";
        }
        return notice;
    }

    private static String cancelled(WrittenPolicy policy) {
        String offences = policy.rules().stream()
                .filter(rule -> rule.level() == Level.CANCEL)
                .map(Rule::offence)
                .collect(Collectors.joining("; or "));
        return offences.isEmpty() || !policy.autoCancel() || policy.dryRun()
                ? "Will cancel no job that no other policy is for."
                : "Will cancel jobs that " + offences + ".";
    }

    /** Whether the rules are those of somebody who sets nothing. */
    private boolean isUsual() {
        return autoCancel
                && maxCpu == usual(MAX_CPU)
                && cpuWindow.equals(usual(CPU_WINDOW))
                && maxMemory == usual(MAX_MEMORY)
                && memoryWindow.equals(usual(MEMORY_WINDOW))
                && warmUp.isEmpty()
                && maxStagnation.equals(usual(MAX_STAGNATION))
                && fixedStagnation == usual(FIXED_STAGNATION);
    }

    private static <T> T usual(Setting<T> setting) {
        return setting.defaultValue().orElseThrow();
    }

    private static PolicySettings read(Values values) {
        return new PolicySettings(
                values.get(AUTO_CANCEL),
                values.get(MAX_CPU),
                values.get(CPU_WINDOW),
                values.get(MAX_MEMORY),
                values.get(MEMORY_WINDOW),
                values.find(WARM_UP),
                values.get(MAX_STAGNATION),
                values.get(FIXED_STAGNATION),
                values.get(CANCEL_DEADLINE),
                values.get(DIRECTORY),
                values.get(MAX_CANCELS));
    }

    /** How many readings over a limit are a breach. */
    private static ValueType<Windows> windows() {
        return ValueType.of("`4 of 5`, `3m`, `cusum late`, or `warn` and `cancel` with one each", text -> {
            try {
                return Windows.parse(text);
            } catch (IllegalArgumentException e) {
                throw new UnreadableValue(
                        e.getMessage(),
                        "Write '4 of 5' for four of the latest five looks, '3m' for every look of three minutes, 'cusum"
                                + " late', or 'warn cusum early, cancel 4 of 5'.");
            }
        });
    }
}
