package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedCommitTest {

    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final CountDownLatch firstIsWriting = new CountDownLatch(1);
    private final CountDownLatch othersHaveCome = new CountDownLatch(1);
    private final List<List<Integer>> groups = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void oneThreadHasItsItemCommittedWhenItReturns() {
        SharedCommit<Integer> commit = new SharedCommit<>(10, groups::add, this::failed);
        for (int item = 0; item < 3; item++) {
            commit.commit(item);
            assertThat(groups).last().isEqualTo(List.of(item));
            assertThat(commit.open()).isZero();
        }
    }

    @Test
    void whatComesWhileOneIsWrittenIsLeftToItAndWrittenTogetherAndOnce() throws Exception {
        commitAll(10);
        assertThat(groups.stream().flatMap(List::stream))
                .containsExactlyElementsOf(IntStream.range(0, 30).boxed().toList());
        assertThat(groups.stream().map(List::size)).containsExactly(1, 10, 10, 9);
        assertThat(failures).isEmpty();
    }

    @Test
    void anItemThatCannotBeWrittenFailsAlone() throws Exception {
        commitAll(100, 13);
        assertThat(failures).containsExactly("13: 13 cannot be written");
        assertThat(groups.stream().flatMap(List::stream)).hasSize(29).doesNotContain(13);
    }

    @Test
    void anErrorDoesNotStopWhatComesLater() {
        SharedCommit<Integer> commit = new SharedCommit<>(
                100,
                group -> {
                    if (group.contains(1)) {
                        throw new NoClassDefFoundError("gone");
                    }
                    groups.add(group);
                },
                this::failed);
        commit.commit(1);
        assertThat(failures).containsExactly("1: gone");
        commit.commit(2);
        assertThat(groups).containsExactly(List.of(2));
        assertThat(commit.open()).isZero();
    }

    @Test
    void nothingIsForgottenWhateverTheOrderOfThreads() throws Exception {
        SharedCommit<Integer> commit = new SharedCommit<>(7, groups::add, this::failed);
        List<CompletableFuture<Void>> all = IntStream.range(0, 8)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> IntStream.range(0, 20_000).forEach(i -> commit.commit(thread * 20_000 + i)), threads))
                .toList();
        all.forEach(CompletableFuture::join);
        assertThat(groups.stream().flatMap(List::stream).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 160_000).boxed().toList());
        assertThat(commit.open()).isZero();
    }

    /** The first of 30 is held up in its write until all others have come. */
    private void commitAll(int most, Integer... bad) throws InterruptedException {
        SharedCommit<Integer> commit = new SharedCommit<>(
                most,
                group -> {
                    waitForOthers();
                    for (Integer item : bad) {
                        if (group.contains(item)) {
                            throw new IllegalArgumentException(item + " cannot be written");
                        }
                    }
                    groups.add(group);
                },
                this::failed);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> commit.commit(0), threads);
        firstIsWriting.await();
        IntStream.range(1, 30).forEach(commit::commit);
        assertThat(commit.open()).isEqualTo(30);
        othersHaveCome.countDown();
        first.join();
        assertThat(commit.open()).isZero();
    }

    private void failed(int item, Throwable e) {
        failures.add(item + ": " + e.getMessage());
    }

    private void waitForOthers() {
        firstIsWriting.countDown();
        try {
            othersHaveCome.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
