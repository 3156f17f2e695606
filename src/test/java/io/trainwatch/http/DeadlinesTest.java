package io.trainwatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final Deadlines deadlines = new Deadlines();
    private final AtomicInteger acts = new AtomicInteger();

    @Test
    void whatIsNotMetIsActedUponOnce() {
        Deadlines.Deadline late = deadlines.set(Duration.ofMillis(1), acts::incrementAndGet);
        Deadlines.Deadline inTime = deadlines.set(LONG, acts::incrementAndGet);
        await().until(late::isOver);
        late.met();
        inTime.met();
        assertThat(inTime.isOver()).isFalse();
        await().during(Duration.ofMillis(150)).until(() -> acts.get() == 1);
    }

    @Test
    void noneIsForgottenHoweverTheyComeAndGo() {
        for (int round = 0; round < 50; round++) {
            List<Deadlines.Deadline> set = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                set.add(deadlines.set(Duration.ofMillis(i % 2 == 0 ? 0 : LONG.toMillis()), acts::incrementAndGet));
            }
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> set.stream().filter(Deadlines.Deadline::isOver).count() == 10);
            set.forEach(Deadlines.Deadline::met);
        }
        assertThat(acts).hasValue(500);
    }

    @Test
    void itsThreadEndsWhereThereIsNothingToLookAt() {
        for (int round = 0; round < 2; round++) {
            Deadlines.Deadline deadline = deadlines.set(Duration.ofMillis(1), acts::incrementAndGet);
            await().until(deadline::isOver);
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("trainwatch-deadlines")));
        }
    }
}
