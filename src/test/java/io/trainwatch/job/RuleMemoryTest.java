package io.trainwatch.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuleMemoryTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00.123Z");

    @Test
    void nothingIsKnownBeforeTheFirstReading() {
        RuleMemory none = RuleMemory.none(7);
        assertThat(none).isEqualTo(new RuleMemory(7, 0, 0, 0, 0, null, null, null));
        assertThat(none.isOver()).isFalse();
        assertThat(none.overAmong(64)).isZero();
    }

    @Test
    void theLatestReadingsAreCountedWhateverTheirNumber() {
        RuleMemory memory = RuleMemory.none(7);
        boolean[] over = new boolean[500];
        Random random = new Random(1);
        for (int i = 0; i < over.length; i++) {
            over[i] = random.nextBoolean();
            memory = memory.plus(over[i], START.plusSeconds(i));
            assertThat(memory.readings()).isEqualTo(Math.min(i + 1, RuleMemory.MAX_READINGS));
            assertThat(memory.isOver()).isEqualTo(over[i]);
            assertThat(memory.at()).isEqualTo(START.plusSeconds(i));
            for (int most : new int[] {1, 2, 5, 63, 64}) {
                int expected = 0;
                for (int j = Math.max(0, i - most + 1); j <= i; j++) {
                    expected += over[j] ? 1 : 0;
                }
                assertThat(memory.overAmong(most)).isEqualTo(expected);
            }
        }
    }

    @Test
    void oneFieldChangesAtATime() {
        RuleMemory memory = new RuleMemory(7, 3, 5, 1.5, 0.5, 42.0, START, START);
        Instant later = START.plusSeconds(1);
        assertThat(memory.since(later)).isEqualTo(new RuleMemory(7, 3, 5, 1.5, 0.5, 42.0, later, START));
        assertThat(memory.sum(2, 3)).isEqualTo(new RuleMemory(7, 3, 5, 2, 3, 42.0, START, START));
        assertThat(memory.best(8.0)).isEqualTo(new RuleMemory(7, 3, 5, 1.5, 0.5, 8.0, START, START));
        assertThat(memory.plus(false, later)).isEqualTo(new RuleMemory(7, 4, 10, 1.5, 0.5, 42.0, START, later));
    }

    @Test
    void timesAreThoseThatTheStoreGivesBack() {
        RuleMemory memory = RuleMemory.none(7).plus(true, START.plusNanos(999_999));
        assertThat(memory.at()).isEqualTo(START);
        assertThat(stored(memory)).isEqualTo(memory);
    }

    @Test
    void theStoreGivesBackWhatItWasGiven() {
        Random random = new Random(2);
        Map<String, RuleMemory> rules = new LinkedHashMap<>();
        for (int i = 0; i < 32; i++) {
            rules.put(
                    "rule-" + i,
                    new RuleMemory(
                            random.nextInt(),
                            random.nextInt(65),
                            random.nextLong(),
                            random.nextDouble(),
                            -random.nextDouble(),
                            i % 2 == 0 ? null : random.nextGaussian(),
                            i % 3 == 0 ? null : START.plusMillis(random.nextInt()),
                            i % 5 == 0 ? null : START.plusMillis(random.nextInt())));
        }
        Observed observed = Observed.none().remembering(rules);
        Observed back = Observed.fromJson(observed.toJson());
        assertThat(back).usingRecursiveComparison().isEqualTo(observed);
        assertThat(new HashMap<>(back.rules())).isEqualTo(rules);
    }

    @Test
    void whatIsRememberedIsSmall() {
        RuleMemory largest =
                new RuleMemory(Integer.MIN_VALUE, 64, Long.MIN_VALUE, 1.0 / 3, -1.0 / 3, -1.0 / 3, START, START);
        int without = Observed.none().toJson().length();
        assertThat(Observed.none()
                        .remembering(Map.of("max-memory", largest))
                        .toJson()
                        .length())
                .isLessThan(without + 180);
    }

    @Test
    void aRowOfAVersionWithoutMemoryIsRead() {
        Observed old = Observed.fromJson("{\"looks\":3,\"peak_cpu\":50.0,\"means\":{},\"recent\":\"\"}");
        assertThat(old.looks()).isEqualTo(3);
        assertThat(old.rules()).isEmpty();
        assertThat(Observed.none().toJson())
                .as("and one without rules is as it was")
                .doesNotContain("rules");
    }

    @Test
    void aRowOfAVersionThatRemembersMoreIsRead() {
        Observed later = Observed.fromJson("{\"rules\":{\"a\":[7,1,1,0.5,0.25,null,null,1000,{\"more\":[1]},true],"
                + "\"b\":[8,0,0,0,0,2,1000,null]},\"looks\":3}");
        assertThat(later.rules())
                .containsEntry("a", new RuleMemory(7, 1, 1, 0.5, 0.25, null, null, Instant.ofEpochMilli(1000)))
                .containsEntry("b", new RuleMemory(8, 0, 0, 0, 0, 2.0, Instant.ofEpochMilli(1000), null));
        assertThat(later.looks()).isEqualTo(3);
    }

    @Test
    void aLookForgetsNothing() {
        RuleMemory memory = RuleMemory.none(7).plus(true, START);
        Observed observed = Observed.none()
                .remembering(Map.of("max-cpu", memory))
                .after(Statuses.of(TrainingState.RUNNING, 1, 1, 1), START);
        assertThat(observed.rules()).containsExactly(Map.entry("max-cpu", memory));
    }

    private static RuleMemory stored(RuleMemory memory) {
        return Observed.fromJson(
                        Observed.none().remembering(Map.of("a", memory)).toJson())
                .rules()
                .get("a");
    }
}
