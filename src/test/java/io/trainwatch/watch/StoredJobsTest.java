package io.trainwatch.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Level;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Store;
import io.trainwatch.watch.TestNode.Setup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Whatever is written into the row of a job can be read back. */
@OnBothEngines
class StoredJobsTest {

    private static final int ROUNDS = 100;
    private static final double[] NUMBERS = {
        0,
        -0.0,
        1,
        0.1 + 0.2,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.MIN_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Long.MAX_VALUE
    };
    private static final Instant[] TIMES = {
        Instant.EPOCH,
        Instant.MIN,
        Instant.MAX,
        Instant.parse("-999999999-01-01T00:00:00Z"),
        Instant.parse("2026-01-01T00:00:00.123456789Z"),
        Instant.parse("+10000-01-01T00:00:00Z")
    };
    private static final String[] TEXTS = {
        "",
        "plain",
        "\"quoted\" \\ ",
        "\u0000",
        "a\nb\tc\u001b[31m",
        "\u2028\u202e",
        "\ud83d",
        "\udc00\ud83d",
        "日本",
        "x".repeat(70_000),
        "{}",
        "null",
        "' or 1=1 --"
    };

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private final Random random = new Random(42);
    private final SettableClock clock = new SettableClock();

    @Test
    void aRowIsReadBackWhateverWasSeenAndSaid() {
        try (Store store = FreshDatabase.on(engine, folder).open();
                TestNode node = new TestNode(store, "node-1", Setup.USUAL, clock)) {
            node.watch.list().add(List.of(TestNode.job("job-1")), "test");
            for (int round = 0; round < ROUNDS; round++) {
                Breach breach = breach();
                CancelTries tries = tries();
                Look look = node.claimOne();
                node.failInvalid(
                        look, new IllegalStateException(any(TEXTS)), any(TEXTS).getBytes());
                clock.advance(Duration.ofMinutes(10));
                Look next = node.claimOne();
                assertThat(next.job().failures())
                        .as("round %s: its failure was recorded", round)
                        .isEqualTo(1);
                JobUpdate update = new JobUpdate(next, clock.instant())
                        .saw(null, next.job().observed())
                        .breached(breach)
                        .tries(tries)
                        .nextPollAt(clock.instant(), LookReason.INTERVAL);
                assertThat(node.watch
                                .commits()
                                .commit(next, handle -> node.watch.commits().write(handle, update)))
                        .isTrue();
                node.watch.looks().done(next);
                WatchedJob read = node.job(TestNode.job("job-1"));
                assertThat(read.breach().since()).isEqualTo(breach.since());
                assertThat((Double) read.breach().observed()).isEqualTo((Double) breach.observed());
                assertThat((Double) read.breach().limit()).isEqualTo((Double) breach.limit());
                assertThat(read.tries().counts()).isEqualTo(tries.counts());
            }
            assertThat(node.watch.leases().troubles()).isEmpty();
        }
    }

    private Breach breach() {
        return new Breach(
                "max-cpu",
                any(Level.values()),
                NUMBERS[random.nextInt(NUMBERS.length)],
                NUMBERS[random.nextInt(NUMBERS.length)],
                any(TIMES),
                any(TEXTS),
                random.nextBoolean() ? null : any(TEXTS),
                any(TEXTS));
    }

    private CancelTries tries() {
        CancelTries tries = CancelTries.NONE;
        for (int i = random.nextInt(5); i >= 0; i--) {
            tries = tries.sending().with(any(CancelResult.values()), any(TEXTS));
        }
        return tries;
    }

    @SafeVarargs
    private <T> T any(T... values) {
        return values[random.nextInt(values.length)];
    }
}
