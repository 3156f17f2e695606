package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedCommitTest {

    private final ExecutorService threads = Executors.newFixedThreadPool(40);
    private final CountDownLatch firstIsWriting = new CountDownLatch(1);
    private final CountDownLatch othersAreWaiting = new CountDownLatch(1);
    private final List<List<Integer>> groups = new ArrayList<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void whatComesWhileOneIsWrittenIsWrittenTogetherAndEachOnce() {
        List<CompletableFuture<Void>> all = commitAll(30, 10);
        all.forEach(CompletableFuture::join);
        assertThat(groups.stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 30).boxed().toList());
        assertThat(groups.stream().map(List::size)).containsExactly(1, 10, 10, 9);
    }

    @Test
    void anItemThatCannotBeWrittenFailsForWhoHandedItOverAlone() {
        List<CompletableFuture<Void>> all = commitAll(30, 100, 13);
        for (int item = 0; item < all.size(); item++) {
            CompletableFuture<Void> commit = all.get(item);
            if (item == 13) {
                assertThatThrownBy(commit::join).hasRootCauseMessage("13 cannot be written");
            } else {
                commit.join();
            }
        }
        assertThat(groups.stream().flatMap(List::stream)).hasSize(29).doesNotContain(13);
    }

    @Test
    void afterAnErrorNobodyIsToldThatItsItemIsCommitted() {
        SharedCommit<Integer> commit = new SharedCommit<>(100, group -> {
            waitForOthers();
            throw new NoClassDefFoundError("gone");
        });
        List<CompletableFuture<Void>> all = commitAll(commit, 5);
        assertThat(all).allSatisfy(one -> assertThatThrownBy(one::join).isInstanceOf(CompletionException.class));
    }

    private List<CompletableFuture<Void>> commitAll(int items, int most, Integer... bad) {
        return commitAll(
                new SharedCommit<>(most, group -> {
                    waitForOthers();
                    for (Integer item : bad) {
                        if (group.contains(item)) {
                            throw new IllegalArgumentException(item + " cannot be written");
                        }
                    }
                    groups.add(group);
                }),
                items);
    }

    /** The first is held up in its write until all others have come. */
    private List<CompletableFuture<Void>> commitAll(SharedCommit<Integer> commit, int items) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int item = 0; item < items; item++) {
            int number = item;
            all.add(CompletableFuture.runAsync(() -> commit.commit(number), threads));
            if (item == 0) {
                Awaitility.await().until(() -> firstIsWriting.getCount() == 0);
            }
        }
        Awaitility.await().until(() -> commit.waiting() == items - 1);
        othersAreWaiting.countDown();
        return all;
    }

    private void waitForOthers() {
        firstIsWriting.countDown();
        try {
            othersAreWaiting.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
