package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.trainwatch.rules.InvalidPolicy.Problem;
import io.trainwatch.rules.Limit.Side;
import io.trainwatch.rules.MetricRule.MetricFiniteRule;
import io.trainwatch.rules.MetricRule.MetricLimitRule;
import io.trainwatch.rules.MetricRule.MetricProgressRule;
import io.trainwatch.rules.TimeRule.DurationRule;
import io.trainwatch.rules.TimeRule.QueueRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.GpuMemoryRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import io.trainwatch.rules.Window.CountWindow;
import io.trainwatch.rules.Window.TimeWindow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenPolicyTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static WrittenPolicy parse(String yaml) {
        return WrittenPolicy.parse(yaml.getBytes(StandardCharsets.UTF_8), "vision");
    }

    private static List<String> problems(String yaml) {
        InvalidPolicy thrown = catchThrowableOfType(InvalidPolicy.class, () -> parse(yaml));
        assertThat(thrown).as("should be refused: %s", yaml).isNotNull();
        return thrown.problems().stream().map(Problem::toString).toList();
    }

    @Test
    void everyRuleAndWindowAndSafetyCanBeWritten() {
        WrittenPolicy policy = parse("""
            # yaml-language-server: $schema=../docs/policy.schema.json
            name: vision-training
            description: GPUs are dear
            default: false
            applies-to: ["acme:vision/*", "acme:*/nightly-*"]
            auto-cancel: true
            dry-run: true
            exempt: ["acme:vision/baseline-*"]
            maintenance:
              - {cron: "0 22 * * FRI", duration: 12h, time-zone: Europe/Berlin}
            max-cancels-per-hour: 5
            gap: 2m
            rules:
              - type: cpu
                above: 92
              - {type: memory, above: 80.5, window: 4 of 5, level: warn, warm-up: 90s}
              - {type: gpu-memory, above: 16, window: cusum 2}
              - {type: stagnation, within: 300s, min-delta: 0.5}
              - {type: duration, within: 2h, id: two-hours}
              - {type: queue, within: 10m}
              - {type: metric-limit, metric: loss, side: above, limit: 2.5, window: 3m, gap: 10m}
              - {type: metric-finite, metric: loss}
              - {type: metric-progress, metric: loss, better: below, min-delta: 0.01, within: 15m}
            """);
        assertThat(policy.name()).isEqualTo("vision-training");
        assertThat(policy.appliesTo())
                .extracting(JobPattern::toString)
                .containsExactly("acme:vision/*", "acme:*/nightly-*");
        assertThat(policy.dryRun()).isTrue();
        assertThat(policy.exempt()).extracting(JobPattern::toString).containsExactly("acme:vision/baseline-*");
        assertThat(policy.maintenance())
                .containsExactly(
                        new MaintenanceWindow("0 22 * * FRI", Duration.ofHours(12), ZoneId.of("Europe/Berlin")));
        assertThat(policy.maxCancelsPerHour()).isEqualTo(OptionalInt.of(5));
        assertThat(policy.policy(MINUTE).gap()).isEqualTo(Duration.ofMinutes(2));
        assertThat(policy.rules())
                .containsExactly(
                        new CpuRule("max-cpu-warning", Level.WARN, 92, Window.EARLY, Windows.WARM_UP),
                        new CpuRule("max-cpu", Level.CANCEL, 92, Window.LATE, Windows.WARM_UP),
                        new MemoryRule("max-memory", Level.WARN, 80.5, new CountWindow(4, 5), Duration.ofSeconds(90)),
                        new GpuMemoryRule("max-gpu-memory", Level.CANCEL, 16, new CusumWindow(2)),
                        new StagnationRule("max-stagnation", Level.CANCEL, Duration.ofMinutes(5), 0.5, false),
                        new DurationRule("two-hours", Level.CANCEL, Duration.ofHours(2)),
                        new QueueRule("max-queue-time", Level.CANCEL, Duration.ofMinutes(10)),
                        new MetricLimitRule(
                                "max-loss",
                                Level.CANCEL,
                                "loss",
                                Side.ABOVE,
                                2.5,
                                new TimeWindow(Duration.ofMinutes(3)),
                                Duration.ofMinutes(10)),
                        new MetricFiniteRule("finite-loss", Level.CANCEL, "loss"),
                        new MetricProgressRule(
                                "stagnant-loss",
                                Level.CANCEL,
                                "loss",
                                Side.BELOW,
                                0.01,
                                Duration.ofMinutes(15),
                                Duration.ofMinutes(30)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "window: {warn: 3m, cancel: 4 of 5}|max-cpu-warning WARN 3m; max-cpu CANCEL 4 of 5",
                "window: {warn: 3m}|max-cpu WARN 3m",
                "window: {cancel: cusum late}|max-cpu CANCEL cusum late",
                "window: {warn: 3m, cancel: 4 of 5}, level: warn|max-cpu WARN 3m",
                "window: {warn: 3m, cancel: 4 of 5}, id: hot|hot-warning WARN 3m; hot CANCEL 4 of 5",
                "level: warn|max-cpu WARN cusum early",
                "window: cusum|max-cpu CANCEL cusum"
            })
    void aLimitCanWarnSoonAndCancelLate(String written, String rules) {
        WrittenPolicy policy = parse("rules: [{type: cpu, above: 90, warm-up: 0s, " + written + "}]\n");
        assertThat(policy.rules().stream()
                        .map(CpuRule.class::cast)
                        .map(rule -> rule.id() + " " + rule.level() + " " + rule.window()))
                .containsExactly(rules.split("; "));
        assertThat(policy.rules())
                .allSatisfy(rule -> assertThat(((CpuRule) rule).warmUp()).isZero());
    }

    @Test
    void aWindowThatCannotBeIsToldWhereverItStands() {
        assertThat(problems("rules: [{type: cpu, above: 90, window: {warn: 5 of 4}}]\n"))
                .singleElement()
                .asString()
                .contains("rules[0].window", "is not 'M of N'");
        assertThat(problems("rules: [{type: cpu, above: 90, window: {wran: 4 of 5}}]\n"))
                .singleElement()
                .asString()
                .contains("'wran' is not known; did you mean 'warn'?");
        assertThat(problems("rules: [{type: gpu-memory, above: 9, window: {cancel: cusum late}}]\n"))
                .singleElement()
                .asString()
                .contains("cusum needs a headroom");
    }

    @Test
    void theExampleOfTheDocumentationHasEveryKindOfRule() throws Exception {
        WrittenPolicy example = WrittenPolicy.read(Path.of("docs/policy-example.yaml"));
        assertThat(example.rules().stream().map(Object::getClass).distinct()).hasSize(9);
    }

    @Test
    void whatIsNotSaidIsSafe() {
        WrittenPolicy policy = parse("rules: []");
        assertThat(policy.name()).isEqualTo("vision");
        assertThat(policy.forAll()).isFalse();
        assertThat(policy.autoCancel()).isTrue();
        assertThat(policy.dryRun()).isFalse();
        assertThat(policy.exempt()).isEmpty();
        assertThat(policy.maxCancelsPerHour()).isEmpty();
        assertThat(policy.policy(Duration.ofMinutes(7)).gap()).isEqualTo(Duration.ofMinutes(7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "above: 101|line 3, column 12: rules[0].above: '101' is not allowed. Percent: a number from 0 to 100.",
                "above: -1|line 3, column 12: rules[0].above: '-1' is not allowed. Percent: a number from 0 to 100.",
                "above: ninety|line 3, column 12: rules[0].above: 'ninety' is not allowed. Percent: a number from 0 to 100.",
                "above: .nan|line 3, column 12: rules[0].above: '.nan' is no number that can be compared",
                "above: .inf|line 3, column 12: rules[0].above: '.inf' is no number that can be compared",
                "above: 1e999|line 3, column 12: rules[0].above: '1e999' is no number that can be compared",
                "abve: 90|line 3, column 5: rules[0]: 'abve' is not known; did you mean 'above'? Known: type, id, level, above, window, warm-up.",
                "above: 90, x: 1}|line 3, column 17: is no YAML: mapping values are not allowed here",
                "above:|line 3, column 11: rules[0].above: nothing is not allowed. Percent: a number from 0 to 100."
            })
    void whatIsWrongIsToldByLineAndColumnWithWhatIsAllowed(String line, String problem) {
        assertThat(problems("rules:\n  - type: cpu\n    " + line + "\n")).contains(problem);
    }

    @Test
    void everyProblemIsToldInTheOrderOfTheFile() {
        assertThat(problems("""
            dry-run: yes
            aplies-to: ["acme:vision/*"]
            exempt: ["vision"]
            rules:
              - {type: cppu, above: 3}
              - {type: cpu}
              - {type: memory, above: 3, window: 3 off 5, level: kill}
              - {above: 3}
              - {type: queue, within: 5 minutes}
            """))
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("line 1, column 10: dry-run: 'yes' is not allowed. Whether"),
                        one -> assertThat(one)
                                .startsWith("line 2, column 1: 'aplies-to' is not known; did you mean 'applies-to'?"),
                        one -> assertThat(one)
                                .startsWith(
                                        "line 3, column 10: exempt[0]: 'vision' is not allowed. A pattern: tenant:"),
                        one -> assertThat(one)
                                .startsWith(
                                        "line 5, column 12: rules[0].type: 'cppu' is not allowed; did you mean 'cpu'? One"),
                        one -> assertThat(one)
                                .isEqualTo(
                                        "line 6, column 5: rules[1]: 'above' is missing. Percent: a number from 0 to 100."),
                        one -> assertThat(one)
                                .startsWith("line 7, column 38: rules[2].window: '3 off 5' is not allowed. How many"),
                        one -> assertThat(one)
                                .startsWith("line 7, column 54: rules[2].level: 'kill' is not allowed. warn only"),
                        one -> assertThat(one).startsWith("line 8, column 5: rules[3]: 'type' is missing. One of cpu,"),
                        one -> assertThat(one)
                                .isEqualTo("line 9, column 27: rules[4].within: '5 minutes' is not allowed."
                                        + " A number with a unit: 90s, 15m, 2h or 7d."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{type: cpu, above: 90, window: 6 of 5}|line 2, column 36: rules[0].window: '6 of 5' is not 'M of N' with 1 <= M <= N <= 64",
                "{type: cpu, above: 90, window: 400h}|line 2, column 36: rules[0].window: '400h' is not a time in whole seconds of at most 168h",
                "{type: gpu-memory, above: 90, window: cusum}|line 2, column 43: rules[0].window: cusum needs a headroom",
                "{type: stagnation, within: 0s}|line 2, column 32: rules[0].within: '0s' is not more than 0 and at most 30d",
                "{type: duration, within: 999999999d}|line 2, column 30: rules[0].within: '999999999d' is not more than 0",
                "{type: duration, within: -5s}|line 2, column 30: rules[0].within: '-5s' is not allowed",
                "{type: duration, within: 300}|line 2, column 30: rules[0].within: '300' is not allowed. A number with a unit",
                "{type: metric-finite, metric: a b}|'finite-a b' is not an id",
            })
    void whatOnlyARuleKnowsIsToldByLineToo(String rule, String problem) {
        assertThat(problems("rules:\n  - " + rule + "\n"))
                .singleElement()
                .asString()
                .contains(problem);
    }

    @Test
    void twoRulesOfOneIdAreRefused() {
        assertThat(problems("rules: [{type: cpu, above: 90}, {type: cpu, above: 95, level: warn}]"))
                .singleElement()
                .asString()
                .contains("two rules have the id 'max-cpu': give one of them another");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "0 22 * * FRI|12h|Europe/Berln|time-zone: 'Europe/Berln' is no time zone; did you mean 'Europe/Berlin'?",
                "0 25 * * FRI|12h|UTC|cron: '0 25 * * FRI' is no cron expression",
                "every friday night|12h|UTC|cron: 'every friday night' is no cron expression",
                "0 22 1 * FRI|12h|UTC|cron: '0 22 1 * FRI' is no cron expression: it names days of the month and of the week",
                "0 22 * * 9|12h|UTC|the weekday 9 is not 0 to 7",
                "0 0 0 30 2 ?|12h|UTC|names no time at all",
                "0 22 * * FRI|8d|UTC|duration: a window lasts for more than 0 and at most 7d",
                "0 22 * * FRI|0s|UTC|duration: '0s' is not more than 0"
            })
    void aWindowThatCannotBeIsRefused(String cron, String duration, String zone, String problem) {
        assertThat(problems("rules: []\nmaintenance:\n  - cron: '" + cron + "'\n    duration: " + duration
                        + "\n    time-zone: " + zone + "\n"))
                .singleElement()
                .asString()
                .startsWith("line ")
                .contains(problem);
    }

    @Test
    void yamlThatIsMoreThanItsTextIsRefused() {
        assertThat(problems("a: &a [1, 1]\nb: &b [*a, *a]\nrules: [*b, *b]\n"))
                .containsExactly("line 1, column 4: a: anchors and aliases are not read; write it out");
        assertThat(problems("rules: *nothing\n").get(0)).startsWith("line 1, column 8: rules: anchors");
        assertThat(problems("rules: !!java.util.ArrayList []\n").get(0))
                .startsWith("line 1, column 8: rules: tags such as");
        assertThat(problems("rules: !<tag:yaml.org,2002:seq> []\n").get(0)).contains("are not read");
        assertThat(problems("rules: []\nrules: []\n"))
                .containsExactly("line 2, column 1: 'rules' stands there twice, in line 1 too");
        assertThat(problems("rules: [{type: cpu, above: 1, above: 2}]\n").get(0))
                .contains("'above' stands there twice");
        assertThat(problems("rules: []\n---\nrules: []\n").get(0)).contains("holds a second document");
        assertThat(problems("? [a]\n: b\n").get(0)).contains("a name must be a plain text");
        assertThat(problems(""))
                .containsExactly("line 1, column 1: is empty; write at least 'rules:' and a list of rules");
        assertThat(problems("# nothing\n").get(0)).contains("is empty");
        assertThat(problems("rules").get(0)).contains("'rules' is not allowed. A policy: a mapping with rules");
        assertThat(problems("- rules").get(0)).contains("a list is not allowed. A policy: a mapping with rules");
    }

    @Test
    void deepAndLongTextsAreRefusedSoonAndWithoutOverflow() {
        assertThat(problems("rules: " + "[".repeat(60_000)).get(0)).contains("nested deeper than any policy is");
        assertThat(problems("{".repeat(30_000)).get(0)).contains("line 1, column");
        assertThat(problems("rules: []\ndescription: " + "x".repeat(100_000)).get(0))
                .contains("is longer than 65536 characters");
        assertThat(problems("rules: []\ndescription: " + "x".repeat(5_000)).get(0))
                .contains("description: 'xxx")
                .contains("…' is not allowed. What the policy is for")
                .hasSizeLessThan(300);
        assertThat(problems("rules:\n" + "  - {type: cpu, above: 1}\n".repeat(1_000))
                        .get(0))
                .contains(
                        "line 2, column 3: rules: 1000 are too many. What a job must keep: a list of at most 32 rules.");
        assertThat(problems("rules: []\nmax-cancels-per-hour: " + "9".repeat(50_000))
                        .get(0))
                .contains("is not allowed");
        assertThat(problems("rules: []\nmax-cancels-per-hour: 1e300").get(0)).contains("is not allowed");
        assertThat(problems("rules: []\nmax-cancels-per-hour: 1.5").get(0)).contains("is not allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rules: [\u0000]",
                "rules: \"\\uD800\"x",
                "\tx: 1",
                "rules: [",
                "%YAML 9.9\n---\nrules: []",
                "@a: 1"
            })
    void whatIsNoYamlIsRefusedWithItsPlace(String text) {
        assertThat(problems(text)).singleElement().asString().matches("line \\d+, column \\d+: .*");
    }

    @Test
    void whatIsNoTextIsRefused(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> WrittenPolicy.parse(new byte[] {'r', (byte) 0xff, (byte) 0xfe}, "p"))
                .hasMessage("line 1, column 1: is no text in UTF-8");
        Path huge = Files.write(folder.resolve("huge.yaml"), new byte[300_000]);
        assertThatThrownBy(() -> WrittenPolicy.read(huge)).hasMessageContaining("is longer than 262144 bytes");
    }

    @Test
    void aFileNamesItsPolicyAndItsTextIsItsHash(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("nightly.yaml"), "rules: []\n");
        WrittenPolicy policy = WrittenPolicy.read(file);
        assertThat(policy.name()).isEqualTo("nightly");
        // What sha256sum says of the same file.
        assertThat(policy.hash()).isEqualTo("e0dfa70eb69d47fe9cb2be8a4fcd53e74cf7fe26fcbb1f06912b57a9c028e4e0");
    }

    @Test
    void aPolicyBesideAJobIsReadFromItsJson() {
        WrittenPolicy policy = WrittenPolicy.besideJobs(
                "{\"dry-run\":true,\"rules\":[{\"type\":\"cpu\",\"above\":50,\"window\":\"1 of 1\"}]}");
        assertThat(policy.name()).isEqualTo("job");
        assertThat(policy.dryRun()).isTrue();
        assertThat(policy.rules()).containsExactly(new CpuRule(null, null, 50, Window.SINGLE));

        assertThatThrownBy(() -> WrittenPolicy.besideJobs("{\"rules\":[{\"type\":\"cpu\",\"abov\":50}]}"))
                .hasMessageContaining("policy.rules[0]: 'abov' is not known; did you mean 'above'?")
                .hasMessageNotContaining("line");
        assertThatThrownBy(() -> WrittenPolicy.besideJobs("{\"rules\":[],\"applies-to\":[\"a:b/c\"]}"))
                .hasMessage("policy.applies-to: is for files; a policy beside a job is for that job");
        assertThatThrownBy(() -> WrittenPolicy.besideJobs("[]")).hasMessageStartingWith("policy: a list is");
    }

    @Test
    void whatTheSettingsSayIsWhatAFileWouldSay() {
        PolicySettings settings = new PolicySettings(
                false,
                92.5,
                Windows.cancelling(new CountWindow(4, 5)),
                90,
                Windows.DEFAULT,
                Optional.of(Duration.ofSeconds(7)),
                Duration.ofMillis(1500),
                false,
                MINUTE,
                Path.of("p"),
                7);
        WrittenPolicy read = parse(WrittenPolicy.text(settings));
        WrittenPolicy made = WrittenPolicy.of(settings);
        assertThat(read.rules()).isEqualTo(made.rules());
        assertThat(read.autoCancel()).isEqualTo(made.autoCancel()).isFalse();
        assertThat(read.hash()).isEqualTo(made.hash());
    }
}
