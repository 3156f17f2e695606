package io.trainwatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {

    private static final long MEGABYTE = 1024 * 1024;

    private final BoundedAnswers.AnswerMemory memory = new BoundedAnswers.AnswerMemory(10 * MEGABYTE);

    @Test
    void oneLongResponseIsTakenAndAllTogetherAreBounded() throws Exception {
        memory.hold(4 * MEGABYTE);
        memory.hold(8 * MEGABYTE);
        assertThat(memory.used()).isEqualTo(8 * MEGABYTE);
        elsewhere(() -> assertThatThrownBy(() -> memory.hold(3 * MEGABYTE))
                .isInstanceOf(BoundedAnswers.AnswerMemory.Full.class));
        assertThat(memory.used()).isEqualTo(8 * MEGABYTE);
        memory.release();
        elsewhere(() -> memory.hold(3 * MEGABYTE));
        assertThat(memory.used()).isEqualTo(3 * MEGABYTE);
    }

    @Test
    void shortResponsesAreNotCounted() throws Exception {
        memory.hold(BoundedAnswers.AnswerMemory.UNCOUNTED_BYTES);
        assertThat(memory.used()).isZero();
    }

    @Test
    void oneThatFitsIntoNoHeapIsTooLong() {
        assertThatThrownBy(() -> memory.hold(11 * MEGABYTE))
                .isInstanceOf(AnswerTooLong.class)
                .hasMessageContaining("heap");
        assertThat(memory.used()).isZero();
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void elsewhere(Step step) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                step.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        thread.start();
        done.get();
    }
}
