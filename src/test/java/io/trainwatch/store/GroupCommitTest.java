package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GroupCommitTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static final BiConsumer<Integer, Throwable> NEVER = (item, thrown) -> {
        throw new AssertionError("item " + item + " was not committed", thrown);
    };

    private final List<List<Integer>> groups = new CopyOnWriteArrayList<>();

    @Test
    void aFullGroupIsWrittenAtOnceInTheOrderOfItsItems() {
        try (GroupCommit<Integer> commit = new GroupCommit<>("test", 3, LONG, groups::add, NEVER)) {
            add(commit, 0, 3);
            await().until(() -> groups.size() == 1);
        }
        assertThat(groups).containsExactly(List.of(0, 1, 2));
    }

    @Test
    void noGroupIsLargerThanAllowedAndNoItemIsLostOrDoubled() {
        try (GroupCommit<Integer> commit = new GroupCommit<>("test", 7, Duration.ofMillis(2), groups::add, NEVER)) {
            add(commit, 0, 1_000);
        }
        assertThat(groups).allSatisfy(group -> assertThat(group).hasSizeBetween(1, 7));
        assertThat(written())
                .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void whatComesWhileAGroupIsWrittenIsTheNextGroup() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        GroupCommit<Integer> commit = new GroupCommit<>(
                "test",
                100,
                Duration.ofMillis(1),
                group -> {
                    groups.add(group);
                    writing.countDown();
                    waitFor(goOn);
                },
                NEVER);
        try (commit) {
            commit.add(0);
            assertThat(writing.await(10, TimeUnit.SECONDS)).isTrue();
            add(commit, 1, 50);
            goOn.countDown();
            await().until(() -> written().size() == 50);
        }
        assertThat(groups.get(0)).containsExactly(0);
        assertThat(groups).as("49 items that waited together").hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void anItemWaitsForOthersNoLongerThanItMay() {
        try (GroupCommit<Integer> commit =
                new GroupCommit<>("test", 1_000, Duration.ofMillis(50), groups::add, NEVER)) {
            long start = System.nanoTime();
            commit.add(0);
            await().pollInterval(Duration.ofMillis(2)).until(() -> !groups.isEmpty());
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(45), Duration.ofSeconds(2));
        }
    }

    @Test
    void closingWritesWhatWaits() {
        GroupCommit<Integer> commit = new GroupCommit<>("test", 1_000, LONG, groups::add, NEVER);
        add(commit, 0, 1_500);
        commit.close();
        assertThat(written())
                .containsExactlyElementsOf(IntStream.range(0, 1_500).boxed().toList());
    }

    @Test
    void closingDoesNotInterruptAWriteUnderWay() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger whole = new AtomicInteger();
        GroupCommit<Integer> commit = new GroupCommit<>(
                "test",
                1,
                LONG,
                group -> {
                    writing.countDown();
                    waitFor(goOn);
                    whole.incrementAndGet();
                },
                NEVER);
        commit.add(0);
        assertThat(writing.await(10, TimeUnit.SECONDS)).isTrue();
        Thread closing = new Thread(commit::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        goOn.countDown();
        closing.join(10_000);
        assertThat(whole).hasValue(1);
    }

    @Test
    void onlyTheItemThatCannotBeCommittedFailsAndTheThreadGoesOnWhateverIsThrown() {
        Map<Integer, Throwable> failed = new ConcurrentHashMap<>();
        GroupCommit<Integer> commit = new GroupCommit<>(
                "test",
                5,
                LONG,
                group -> {
                    if (group.contains(3)) {
                        throw new ArithmeticException("long overflow");
                    }
                    if (group.contains(7)) {
                        throw new StackOverflowError();
                    }
                    groups.add(group);
                },
                failed::put);
        add(commit, 0, 12);
        commit.close();
        assertThat(written()).containsExactly(0, 1, 2, 4, 5, 6, 8, 9, 10, 11);
        assertThat(failed).containsOnlyKeys(3, 7);
        assertThat(failed.get(3)).hasMessage("long overflow");
    }

    @Test
    void whileTheStoreIsAwayTheItemsDoNotWaitForItOneByOne() {
        AtomicInteger tries = new AtomicInteger();
        List<Integer> failed = new CopyOnWriteArrayList<>();
        GroupCommit<Integer> commit = new GroupCommit<>(
                "test",
                50,
                LONG,
                group -> {
                    tries.incrementAndGet();
                    throw new IllegalStateException(new SQLTransientConnectionException("request timed out"));
                },
                (item, thrown) -> failed.add(item));
        add(commit, 0, 50);
        commit.close();
        assertThat(failed).hasSize(50);
        assertThat(tries).hasValue(1);
    }

    @Test
    void aProducerWaitsWhileTooMuchIsWaitingAlready() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger handedOver = new AtomicInteger();
        GroupCommit<Integer> commit = new GroupCommit<>(
                "test",
                2,
                LONG,
                group -> {
                    waitFor(goOn);
                    groups.add(group);
                },
                NEVER);
        Thread producer = new Thread(() -> {
            for (int i = 0; i < 100; i++) {
                commit.add(i);
                handedOver.incrementAndGet();
            }
        });
        producer.start();
        await().until(() -> producer.getState() == Thread.State.WAITING);
        assertThat(handedOver).as("2 being written, 8 waiting").hasValue(10);
        goOn.countDown();
        producer.join(10_000);
        commit.close();
        assertThat(written()).hasSize(100);
    }

    private static void add(GroupCommit<Integer> commit, int from, int to) {
        for (int i = from; i < to; i++) {
            commit.add(i);
        }
    }

    private List<Integer> written() {
        List<Integer> all = new ArrayList<>();
        groups.forEach(all::addAll);
        return all;
    }

    /** As a connection pool does: gives up when it is interrupted. */
    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted while writing", e);
        }
    }
}
