package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
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
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PolicyTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** As a file would be read. */
    private final ObjectMapper mapper = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .addModule(new SimpleModule().addDeserializer(Duration.class, new Seconds()))
            .build();

    @Test
    void aPolicyCanBeReadFromADocument() throws Exception {
        Policy policy = mapper.readValue("""
            {"auto-cancel": true, "rules": [
              {"type": "cpu", "above": 92},
              {"type": "memory", "above": 80, "window": "4 of 5", "level": "warn"},
              {"type": "gpu-memory", "above": 16, "window": "cusum 2"},
              {"type": "stagnation", "within": "300s", "min-delta": 0.5},
              {"type": "duration", "within": "7200s", "id": "two-hours"},
              {"type": "queue", "within": "600s"},
              {"type": "metric-limit", "metric": "loss", "side": "above", "limit": 2.5, "window": "3m"},
              {"type": "metric-finite", "metric": "loss"},
              {"type": "metric-progress", "metric": "loss", "better": "below", "min-delta": 0.01, "within": "900s"}
            ]}""", Policy.class);
        assertThat(policy)
                .isEqualTo(new Policy(
                        true,
                        MINUTE,
                        List.of(
                                new CpuRule("max-cpu", Level.CANCEL, 92, Window.DEFAULT),
                                new MemoryRule("max-memory", Level.WARN, 80, new CountWindow(4, 5)),
                                new GpuMemoryRule("max-gpu-memory", Level.CANCEL, 16, new CusumWindow(2)),
                                new StagnationRule("max-stagnation", Level.CANCEL, Duration.ofMinutes(5), 0.5),
                                new DurationRule("two-hours", Level.CANCEL, Duration.ofHours(2)),
                                new QueueRule("max-queue-time", Level.CANCEL, Duration.ofMinutes(10)),
                                new MetricLimitRule(
                                        "max-loss",
                                        Level.CANCEL,
                                        "loss",
                                        Side.ABOVE,
                                        2.5,
                                        new TimeWindow(Duration.ofMinutes(3)),
                                        Duration.ofMinutes(30)),
                                new MetricFiniteRule("finite-loss", Level.CANCEL, "loss"),
                                new MetricProgressRule(
                                        "stagnant-loss",
                                        Level.CANCEL,
                                        "loss",
                                        Side.BELOW,
                                        0.01,
                                        Duration.ofMinutes(15),
                                        Duration.ofMinutes(30)))));
    }

    @Test
    void aLimitThatIsMissingIsNoLimitOfZero() {
        for (String rule : List.of("cpu", "memory", "gpu-memory")) {
            assertThatThrownBy(() -> read("{\"type\": \"" + rule + "\"}")).hasMessageContaining("above");
        }
        assertThatThrownBy(() -> read("{\"type\": \"metric-limit\", \"metric\": \"loss\"}"))
                .hasMessageContaining("limit");
    }

    @Test
    void everyRuleSaysWhatItMeans() {
        assertThat(new MemoryRule(null, null, 90, null).meaning()).isEqualTo("memory above 90 %, cusum");
        assertThat(new GpuMemoryRule(null, null, 16.5, null).meaning()).isEqualTo("GPU memory above 16.5, 6 of 8");
        assertThat(new StagnationRule(null, null, MINUTE, 0).meaning()).isEqualTo("no progress for 60 s");
        assertThat(new DurationRule(null, null, MINUTE).meaning()).isEqualTo("runs for more than 60 s");
        assertThat(new QueueRule(null, null, Duration.ofMillis(1500)).meaning()).isEqualTo("waits for more than 1.5 s");
        assertThat(new MetricLimitRule(null, null, "f1", Side.BELOW, 0.5, null, null).meaning())
                .isEqualTo("f1 below 0.5, 6 of 8");
        assertThat(new MetricFiniteRule(null, null, "loss").meaning()).isEqualTo("loss is not a finite number");
        assertThat(new MetricProgressRule(null, null, "f1", Side.ABOVE, 0, MINUTE, null).meaning())
                .isEqualTo("f1 does not rise for 60 s");
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        for (double percent : new double[] {-0.1, 100.1, Double.NaN}) {
            refused(() -> new CpuRule(null, null, percent, null), "max-cpu");
            refused(() -> new MemoryRule(null, null, percent, null), "max-memory");
            refused(() -> new StagnationRule(null, null, MINUTE, percent), "minDelta");
        }
        for (double number : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            refused(() -> new GpuMemoryRule(null, null, number, null), "max-gpu-memory");
            refused(() -> new MetricProgressRule(null, null, "loss", null, number, MINUTE, null), "minDelta");
        }
        refused(() -> new MetricLimitRule(null, null, "loss", null, Double.NaN, null, null), "max-loss");
        assertThatCode(() -> new MetricLimitRule(null, null, "reward", null, -1, null, null))
                .doesNotThrowAnyException();
        assertThatCode(() -> new CpuRule(null, null, 100, null)).doesNotThrowAnyException();
        assertThatCode(() -> new GpuMemoryRule(null, null, 0, null)).doesNotThrowAnyException();
    }

    @Test
    void timesThatMakeNoSenseAreRefused() {
        for (Duration time : new Duration[] {null, Duration.ZERO, Duration.ofSeconds(-1)}) {
            refused(() -> new StagnationRule(null, null, time, 0), "max-stagnation");
            refused(() -> new DurationRule(null, null, time), "max-duration");
            refused(() -> new QueueRule(null, null, time), "max-queue-time");
            refused(() -> new MetricProgressRule(null, null, "loss", null, 0, time, null), "stagnant-loss");
        }
        refused(() -> new MetricProgressRule(null, null, "loss", null, 0, MINUTE, Duration.ZERO), "gap");
        refused(() -> new MetricLimitRule(null, null, "loss", null, 0, null, Duration.ZERO), "gap");
        refused(() -> new Policy(true, Duration.ZERO, List.of()), "gap");
    }

    @Test
    void aMetricHasAName() {
        for (String name : new String[] {null, " "}) {
            refused(() -> new MetricLimitRule("a", null, name, null, 0, null, null), "metric");
            refused(() -> new MetricFiniteRule("a", null, name), "metric");
            refused(() -> new MetricProgressRule("a", null, name, null, 0, MINUTE, null), "metric");
        }
    }

    @Test
    void theSumNeedsAHeadroomWhereThereIsNoCeiling() {
        refused(() -> new GpuMemoryRule(null, null, 16, Window.DEFAULT), "headroom");
        refused(() -> new MetricLimitRule(null, null, "loss", null, 2, Window.DEFAULT, null), "headroom");
    }

    @Test
    void everyRuleHasAnIdOfItsOwn() {
        Rule cpu = new CpuRule(null, Level.WARN, 80, null);
        refused(() -> new Policy(true, MINUTE, List.of(cpu, new CpuRule(null, null, 95, null))), "'max-cpu'");
        refused(() -> new Policy(true, MINUTE, List.of(new CpuRule("a b", null, 95, null))), "'a b'");
        assertThatCode(() -> new Policy(true, MINUTE, List.of(cpu, new CpuRule("much-too-hot", null, 95, null))))
                .doesNotThrowAnyException();
    }

    @Test
    void aPolicyHasSoManyRulesAtMostThatWhatTheyRememberStaysSmall() {
        List<Rule> many = IntStream.rangeClosed(1, Policy.MAX_RULES + 1)
                .<Rule>mapToObj(i -> new CpuRule("cpu-" + i, null, 95, null))
                .toList();
        refused(() -> new Policy(true, MINUTE, many), "at most 64");
        assertThatCode(() -> new Policy(true, MINUTE, many.subList(1, many.size())))
                .doesNotThrowAnyException();
    }

    @Test
    void aFewLooksMayFailBeforeThereIsAGap() {
        assertThat(Policy.gapFor(Duration.ofSeconds(1))).isEqualTo(MINUTE);
        assertThat(Policy.gapFor(Duration.ofSeconds(15))).isEqualTo(MINUTE);
        assertThat(Policy.gapFor(Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(20));
    }

    private Rule read(String document) throws JsonProcessingException {
        return mapper.readValue(document, Rule.class);
    }

    private static void refused(ThrowingCallable making, String message) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    /** How a file writes durations is not this package's concern; tests write seconds. */
    private static final class Seconds extends StdDeserializer<Duration> {

        private static final long serialVersionUID = 1;

        Seconds() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return Duration.parse("PT" + parser.getText());
        }
    }
}
