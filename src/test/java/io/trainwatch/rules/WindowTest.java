package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.trainwatch.job.RuleMemory;
import io.trainwatch.rules.Window.CountWindow;
import io.trainwatch.rules.Window.Reading;
import io.trainwatch.rules.Window.TimeWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How readings over a limit of 90 percent become a breach, one every 15 seconds. */
class WindowTest {

    private static final double LIMIT = 90;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GAP = Duration.ofMinutes(1);
    private static final int NEVER = -1;

    static Window[] windows() {
        return new Window[] {
            Window.SINGLE,
            new CountWindow(4, 5),
            new TimeWindow(Duration.ofMinutes(1)),
            Window.DEFAULT,
            Window.EARLY,
            Window.LATE,
            new CusumWindow(5)
        };
    }

    @Test
    void aSingleReadingOverTheLimitIsEnoughWhereOneOfOneIsAsked() {
        assertThat(decidedAt(Window.SINGLE, 50, 90, 90.1)).isEqualTo(2);
        assertThat(decidedAt(Window.SINGLE, 90, 90, 90)).isEqualTo(NEVER);
    }

    @Test
    void aReadingThatEqualsTheOneBeforeIsNewsOnceInEight() {
        double[] standing = new double[80];
        Arrays.fill(standing, 95.3);
        assertThat(decidedAt(Window.DEFAULT, standing)).isLessThan(8);
        assertThat(decidedAt(Window.EARLY, standing)).isBetween(30, 56);
        assertThat(decidedAt(new CusumWindow(CusumWindow.Tuning.EARLY, 10), 95, 95, 95, 95, 95, 95, 95, 95))
                .isEqualTo(NEVER);
    }

    @Test
    void atTheCeilingEveryReadingIsNewsUnlessTheExporterRepeatsOthersToo() {
        double[] pegged = new double[60];
        Arrays.fill(pegged, 20, 60, 100);
        double[] repeating = pegged.clone();
        for (int i = 0; i < 20; i++) {
            pegged[i] = 50 + i % 7;
            repeating[i] = 50 + i / 4;
        }
        assertThat(decidedAt(Window.LATE, pegged)).isBetween(26, 29);
        assertThat(decidedAt(Window.LATE, repeating)).isGreaterThan(33);
    }

    @Test
    void fourOfFiveMayLieAnywhereAmongTheFive() {
        Window window = new CountWindow(4, 5);
        assertThat(decidedAt(window, 95, 95, 95, 95)).isEqualTo(3);
        assertThat(decidedAt(window, 95, 50, 95, 95, 95)).isEqualTo(4);
        assertThat(decidedAt(window, 95, 50, 95, 50, 95, 95, 95)).isEqualTo(6);
        assertThat(decidedAt(window, 95, 50, 50, 95, 95, 95, 50, 50)).isEqualTo(NEVER);
    }

    @Test
    void aWindowTellsWhatItWasDecidedBy() {
        assertThat(evidence(new CountWindow(4, 5), 95, 50, 95, 95, 95))
                .isEqualTo("4 of the latest 5 readings were over the limit");
        assertThat(evidence(new CountWindow(2, 5), 95, 95)).isEqualTo("2 of the latest 2 readings were over the limit");
        assertThat(evidence(new TimeWindow(Duration.ofSeconds(30)), 50, 95, 95, 95))
                .isEqualTo("every reading was over the limit for 30 s");
        assertThat(evidence(Window.DEFAULT, 50, 100, 100, 100, 100))
                .matches("the sum is \\d+\\.\\d\\d and decides above 4\\.72;"
                        + " 4 of the latest 5 readings were over the limit");
        assertThat(evidence(Window.DEFAULT, 91, 91, 91, 91, 91, 91, 91, 91, 91, 91))
                .endsWith("8 of the latest 8 readings were over the limit");
    }

    private static String evidence(Window window, double... readings) {
        RuleMemory memory = RuleMemory.none(0);
        for (int i = 0; i < readings.length; i++) {
            memory = window.after(
                    memory, new Reading(START.plusSeconds(15L * i), readings[i], readings[i] - LIMIT, 100 - LIMIT));
        }
        return window.evidence(memory);
    }

    @Test
    void aWindowOfSixtyFourReadingsIsTheLongest() {
        double[] readings =
                DoubleStream.iterate(0, i -> i < 80, i -> i + 1).map(i -> 95).toArray();
        assertThat(decidedAt(new CountWindow(64, 64), readings)).isEqualTo(63);
        readings[10] = 50;
        assertThat(decidedAt(new CountWindow(64, 64), readings)).isEqualTo(74);
        assertThat(decidedAt(new CountWindow(63, 64), readings)).isEqualTo(63);
    }

    @Test
    void aMinuteOverTheLimitIsFromTheFirstReadingToTheLatest() {
        Window window = new TimeWindow(Duration.ofMinutes(1));
        assertThat(decidedAt(window, 95, 95, 95, 95, 95)).isEqualTo(4);
        assertThat(decidedAt(window, 50, 95, 95, 95, 95, 90, 95, 95, 95, 95)).isEqualTo(NEVER);
    }

    @Test
    void timeInWhichNobodyLookedIsNoTimeOverTheLimit() {
        Limit limit = Limit.ofPercent(LIMIT, new TimeWindow(Duration.ofMinutes(1)));
        RuleMemory before = limit.after(RuleMemory.none(0), 95, START, GAP);
        RuleMemory withinTheGap = limit.after(before, 95, START.plus(GAP), GAP);
        assertThat(limit.window().isBroken(withinTheGap)).isTrue();
        RuleMemory afterIt = limit.after(before, 95, START.plus(GAP).plusMillis(1), GAP);
        assertThat(limit.window().isBroken(afterIt)).isFalse();
        assertThat(afterIt.since()).isEqualTo(START.plus(GAP).plusMillis(1));
    }

    @Test
    void aClockThatWasSetBackBeginsAnew() {
        Limit limit = Limit.ofPercent(LIMIT, new CountWindow(2, 2));
        RuleMemory before = limit.after(RuleMemory.none(0), 95, START, GAP);
        assertThat(limit.window().isBroken(limit.after(before, 95, START.minusSeconds(3600), GAP)))
                .isFalse();
        assertThat(limit.window().isBroken(limit.after(before, 95, START.minusSeconds(1), GAP)))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("windows")
    void readingsBeforeAGapDoNotCount(Window window) {
        Limit limit = Limit.ofPercent(LIMIT, window);
        RuleMemory memory = RuleMemory.none(7);
        for (int i = 0; i < 20; i++) {
            memory = limit.after(memory, 100, START.plusSeconds(15L * i), GAP);
        }
        assertThat(limit.window().isBroken(memory)).isTrue();
        RuleMemory later = limit.after(memory, 100, START.plusSeconds(3600), GAP);
        RuleMemory first = limit.after(RuleMemory.none(7), 100, START.plusSeconds(3600), GAP);
        assertThat(later).isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("windows")
    void readingsThatKeepTheLimitNeverAddUp(Window window) {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            double[] readings = random.doubles(500, 0, LIMIT)
                    .map(value -> random.nextInt(3) == 0 ? LIMIT : value)
                    .toArray();
            assertThat(decidedAt(window, readings)).isEqualTo(NEVER);
        }
    }

    @ParameterizedTest
    @MethodSource("windows")
    void aReadingThatKeepsTheLimitIsNeverTheOneThatDecides(Window window) {
        Random random = new Random(2);
        for (int round = 0; round < 200; round++) {
            RuleMemory memory = RuleMemory.none(0);
            for (int i = 0; i < 200; i++) {
                double value = 84 + 16 * random.nextDouble();
                memory = window.after(memory, reading(i, value));
                if (value <= LIMIT) {
                    assertThat(window.isBroken(memory)).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("windows")
    void aJobThatStaysOverTheLimitIsFoundHoweverLittleItIsOver(Window window) {
        double[] readings = DoubleStream.iterate(0, i -> i < 24, i -> i + 1)
                .map(i -> 90.01 + i / 10_000)
                .toArray();
        assertThat(decidedAt(window, readings)).isBetween(0, window == Window.LATE ? 19 : 7);
    }

    @ParameterizedTest
    @MethodSource("windows")
    void sinceIsTheFirstReadingOfThoseThatCount(Window window) {
        RuleMemory memory = RuleMemory.none(0);
        double[] readings = {99, 50, 51, 52, 53, 54, 99, 98, 97, 99, 98, 97, 99, 98};
        for (int i = 0; i < readings.length; i++) {
            memory = window.after(memory, reading(i, readings[i]));
        }
        assertThat(memory.since()).isEqualTo(START.plusSeconds(15 * 6));
        for (int i = 0; i < 30; i++) {
            memory = window.after(memory, reading(readings.length + i, 10 + i));
        }
        assertThat(memory.since()).isNull();
    }

    @Test
    void theSumDecidesSoonerTheFurtherBeyondTheLimit() {
        int last = 0;
        for (double value = 100; value > 90; value -= 0.5) {
            double[] readings = new double[15];
            Arrays.fill(readings, value);
            int at = decidedAt(Window.DEFAULT, readings);
            assertThat(at).isGreaterThanOrEqualTo(last);
            last = at;
        }
        assertThat(last).isEqualTo(7);
    }

    /** By hand, from the formula in {@link CusumWindow}. */
    @ParameterizedTest
    @CsvSource({
        "100, 2, at the ceiling: 1 + 0.75 + 0.25",
        "100 95, 2.55, 0.5 + 0.75 - 0.7 * 1",
        "100 95 90, 1.85, 0 - 0.7 * 1",
        "100 95 90 40, 0, not below 0",
        "100 95 90 40 99, 3.75, 0.9 + 0.75 + 0.7 * 3",
        "100 95 90 40 99 92, 4, 0.2 + 0.75 - 0.7 * 1",
        "100 95 90 40 99 92 99.99, 5.084, 0.999 + 0.75 - 0.7 * 0.95"
    })
    void theSumIsThatOfTheFormula(String readings, double sum, String why) {
        Limit limit = Limit.ofPercent(LIMIT, Window.DEFAULT);
        RuleMemory memory = RuleMemory.none(0);
        for (String reading : readings.split(" ")) {
            memory = limit.after(memory, Double.parseDouble(reading), START, GAP);
        }
        assertThat(memory.sum()).as(why).isCloseTo(sum, within(1e-9));
        assertThat(limit.window().isBroken(memory)).isEqualTo(sum > 4.72);
    }

    @Test
    void twoReadingsAreNeverEnoughForTheSum() {
        assertThat(decidedAt(Window.DEFAULT, 10, 100, 100, 10, 10, 10, 100, 100, 10))
                .isEqualTo(NEVER);
        assertThat(decidedAt(Window.DEFAULT, 10, 10, 100, 100, 100)).isEqualTo(4);
    }

    @Test
    void spikesApartFromEachOtherLeaveNothingInTheSum() {
        double[] readings = new double[400];
        for (int i = 0; i < readings.length; i++) {
            readings[i] = i % 3 == 0 ? 100 : 70;
        }
        assertThat(decidedAt(Window.DEFAULT, readings)).isEqualTo(NEVER);
    }

    @Test
    void aHeadroomMakesTheSumIndependentOfTheUnit() {
        Random random = new Random(3);
        for (int round = 0; round < 100; round++) {
            RuleMemory percent = RuleMemory.none(0);
            RuleMemory loss = RuleMemory.none(0);
            for (int i = 0; i < 100; i++) {
                double value = 80 + 20 * random.nextDouble();
                percent = Window.DEFAULT.after(percent, reading(i, value));
                loss = new CusumWindow(0.25)
                        .after(loss, new Reading(at(i), value / 40, (value - LIMIT) / 40, Double.NaN));
                assertThat(loss.sum()).isCloseTo(percent.sum(), within(1e-9));
            }
        }
    }

    @Test
    void aLimitOfAHundredPercentIsNeverPassed() {
        Limit limit = Limit.ofPercent(100, Window.DEFAULT);
        RuleMemory memory = RuleMemory.none(0);
        for (int i = 0; i < 50; i++) {
            memory = limit.after(memory, 100, at(i), GAP);
            assertThat(limit.window().isBroken(memory)).isFalse();
            assertThat(memory.sum()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 of 1", "4 of 5", "64 of 64", "45s", "3m", "168h", "cusum", "cusum 0.25", "cusum 10"})
    void aWindowIsWrittenAsItIsRead(String text) {
        assertThat(Window.parse(text)).hasToString(text);
        assertThat(Window.parse(Window.parse(text).toString())).isEqualTo(Window.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"4  of   5, 4 of 5", "' 180s ', 3m", "120m, 2h", "cusum 10.0, cusum 10"})
    void aWindowMayBeWrittenInOtherWays(String text, String usual) {
        assertThat(Window.parse(text)).hasToString(usual);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0 of 1",
                "3 of 2",
                "1 of 65",
                "4/5",
                "3",
                "0s",
                "169h",
                "3d",
                "cusum 0",
                "cusum -1",
                "cusum x"
            })
    void aWindowThatMakesNoSenseIsRefused(String text) {
        assertThatThrownBy(() -> Window.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("is no");
    }

    /** The index of the reading that makes it a breach. */
    private static int decidedAt(Window window, double... readings) {
        RuleMemory memory = RuleMemory.none(0);
        for (int i = 0; i < readings.length; i++) {
            memory = window.after(memory, reading(i, readings[i]));
            if (window.isBroken(memory)) {
                return i;
            }
        }
        return NEVER;
    }

    private static Reading reading(int index, double value) {
        return new Reading(at(index), value, value - LIMIT, 100 - LIMIT);
    }

    private static Instant at(int index) {
        return START.plusSeconds(15L * index);
    }
}
