package io.trainwatch.http;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of the heap that all responses together may take: each alone may be long, but not all at once.
 *
 * <p>What a thread reads counts until it makes its next call, when it is done with what it read before, or for a minute. Short
 * responses are not counted. Thread-safe.
 */
final class AnswerMemory {

    /** What is read is copied some times until it is understood. */
    private static final int COPIES = 12;

    static final AnswerMemory OF_THIS_PROCESS =
            new AnswerMemory(Runtime.getRuntime().maxMemory() / COPIES);

    /** As many at once as there are workers make no difference. */
    static final int UNCOUNTED_BYTES = 256 * 1024;

    private static final Duration MAX_HELD = Duration.ofMinutes(1);

    private final long most;
    private final AtomicLong used = new AtomicLong();
    private final ThreadLocal<AtomicLong> held = new ThreadLocal<>();

    AnswerMemory(long most) {
        this.most = most;
    }

    /** Says that the thread is done with what it read before. */
    void release() {
        AtomicLong before = held.get();
        if (before != null) {
            used.addAndGet(-before.getAndSet(0));
            held.remove();
        }
    }

    /**
     * Counts the bytes that the thread has read of one response by now.
     *
     * @throws AnswerTooLong where the response alone is too long
     * @throws Full where others have to be dealt with first
     */
    void hold(long bytes) throws IOException {
        if (bytes <= UNCOUNTED_BYTES) {
            return;
        }
        if (bytes > most) {
            throw new AnswerTooLong("the answer is longer than " + most + " bytes, which this heap has room for");
        }
        if (held.get() == null) {
            held.set(new AtomicLong());
        }
        long more = bytes - held.get().get();
        if (used.addAndGet(more) > most) {
            used.addAndGet(-more);
            throw new Full();
        }
        held.get().addAndGet(more);
    }

    /** Gives back what the thread holds, should it not come again. */
    void releaseLater() {
        AtomicLong mine = held.get();
        if (mine != null) {
            Deadlines.OF_THIS_PROCESS.set(MAX_HELD, () -> used.addAndGet(-mine.getAndSet(0)));
        }
    }

    /** Of bytes that are counted now. */
    long used() {
        return used.get();
    }

    /** There is no room for a response now. */
    static final class Full extends IOException implements Classified {
        Full() {
            super(
                    "The answers that are being read fill the memory that is for them; it is asked again. Give the process"
                            + " more heap, or lower trainwatch.request.max-response, if this stays.");
        }

        @Override
        public FailureKind kind() {
            return FailureKind.UNAVAILABLE;
        }
    }
}
