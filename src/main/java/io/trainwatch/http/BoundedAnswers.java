package io.trainwatch.http;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.errors.RetryAfter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Takes responses in: whole, within bounds of length and time, and without the secrets of the request.
 *
 * <p>The client's own timeouts bound the wait for the next byte, not for the last one, and nothing bounds the length: a
 * response of 256 MB once ended a process with a heap of 512 MB. A connection is dropped on which the rest would have to be
 * read before it could be used again. Thread-safe.
 */
final class BoundedAnswers implements ExecChainHandler {

    private static final AnswerMemory MEMORY = AnswerMemory.OF_THIS_PROCESS;

    /** Of a receiver's response nothing is wanted but a few words for people. */
    private static final int MAX_RECEIVER_BYTES = 8 * 1024;

    private static final Duration MAX_RECEIVER_TIME = Duration.ofSeconds(2);
    private static final int CHUNK = 8 * 1024;

    private final Limits limits;
    private final boolean ofReceiver;
    private final Collection<String> secrets;
    private final InstantSource clock;
    private volatile Masked latest;

    /**
     * @param ofReceiver whether the status says everything: then the body is not waited for, and may break off
     * @param secrets known to the other side, and hidden wherever they come back
     */
    BoundedAnswers(Limits limits, boolean ofReceiver, Collection<String> secrets, InstantSource clock) {
        this.limits = limits;
        this.ofReceiver = ofReceiver;
        this.secrets = List.copyOf(secrets);
        this.clock = clock;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        MEMORY.release();
        Masked masked = maskedFor(request);
        Duration most = limits.connect().plus(limits.answer());
        ClassicHttpResponse response = within(
                most,
                scope,
                "the head of the answer did not arrive whole within " + most.toMillis() + " ms",
                () -> chain.proceed(request, scope));
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            byte[] body = ofReceiver ? beginningOf(entity, scope) : wholeOf(entity, scope);
            response.setEntity(new ByteArrayEntity(masked.in(body), ContentType.parseLenient(entity.getContentType())));
        }
        hide(response, masked);
        keepLongestWait(response);
        return response;
    }

    private Masked maskedFor(ClassicHttpRequest request) {
        Masked known = latest;
        if (known == null || !known.isFor(request)) {
            known = Masked.of(request, secrets);
            latest = known;
        }
        return known;
    }

    private byte[] wholeOf(HttpEntity entity, ExecChain.Scope scope) throws IOException, HttpException {
        return within(
                limits.answer(),
                scope,
                "the answer did not arrive whole within " + limits.answer().toMillis() + " ms",
                () -> {
                    byte[] body = read(entity, limits.maxBytes(), scope);
                    MEMORY.releaseLater();
                    if (body.length > limits.maxBytes()) {
                        throw new AnswerTooLong("the answer is longer than " + limits.maxBytes() + " bytes");
                    }
                    return body;
                });
    }

    private static byte[] beginningOf(HttpEntity entity, ExecChain.Scope scope) throws HttpException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            within(MAX_RECEIVER_TIME, scope, "", () -> {
                copy(entity, body, MAX_RECEIVER_BYTES, scope);
                return body;
            });
        } catch (IOException e) {
            // The status was here, and with it the result; what is wrong with the body changes nothing.
            scope.execRuntime.discardEndpoint();
        }
        byte[] read = body.toByteArray();
        return read.length > MAX_RECEIVER_BYTES ? Arrays.copyOf(read, MAX_RECEIVER_BYTES) : read;
    }

    private static byte[] read(HttpEntity entity, long most, ExecChain.Scope scope) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(chunkFor(entity));
        copy(entity, body, most, scope);
        return body.toByteArray();
    }

    /** Reads to the end, or more than so many bytes: then without the rest, and without the connection. */
    private static void copy(HttpEntity entity, ByteArrayOutputStream body, long most, ExecChain.Scope scope)
            throws IOException {
        InputStream in = entity.getContent();
        byte[] chunk = new byte[chunkFor(entity)];
        int count = in.read(chunk);
        while (count >= 0) {
            body.write(chunk, 0, count);
            hold(body.size(), scope);
            if (body.size() > most) {
                // Closing the stream would read the rest first.
                scope.execRuntime.discardEndpoint();
                return;
            }
            count = in.read(chunk);
        }
        in.close();
    }

    private static int chunkFor(HttpEntity entity) {
        long announced = entity.getContentLength();
        // Never none: reading into nothing would never end.
        return announced >= 0 && announced < CHUNK ? (int) announced + 1 : CHUNK;
    }

    private static void hold(int bytes, ExecChain.Scope scope) throws IOException {
        try {
            MEMORY.hold(bytes);
        } catch (IOException e) {
            scope.execRuntime.discardEndpoint();
            MEMORY.release();
            throw e;
        }
    }

    private interface Step<T> {
        T run() throws IOException, HttpException;
    }

    /** Runs the step, and ends the connection that it waits for when the time is over. */
    private static <T> T within(Duration most, ExecChain.Scope scope, String late, Step<T> step)
            throws IOException, HttpException {
        if (!(scope.originalRequest instanceof Cancellable cancellable)) {
            return step.run();
        }
        Deadlines.Deadline deadline = Deadlines.OF_THIS_PROCESS.set(most, cancellable::cancel);
        try {
            return step.run();
        } catch (IOException e) {
            throw deadline.isOver() ? timeout(late, e) : e;
        } finally {
            deadline.met();
        }
    }

    private static SocketTimeoutException timeout(String late, IOException cause) {
        SocketTimeoutException timeout = new SocketTimeoutException(late);
        timeout.initCause(cause);
        return timeout;
    }

    private void hide(ClassicHttpResponse response, Masked masked) {
        for (Header header : response.getHeaders()) {
            String value = header.getValue();
            if (value != null && !masked.in(value).equals(value)) {
                response.setHeader(header.getName(), masked.in(value));
            }
        }
        if (response.getReasonPhrase() != null) {
            response.setReasonPhrase(masked.in(response.getReasonPhrase()));
        }
        if (ofReceiver) {
            // The body stays as it came; nobody else should try to decode it.
            response.removeHeaders(HttpHeaders.CONTENT_ENCODING);
        }
    }

    /** Camel keeps one header of each name. */
    private void keepLongestWait(ClassicHttpResponse response) {
        Header[] waits = response.getHeaders(RetryAfter.HEADER);
        if (waits.length > 1) {
            List<String> values = Arrays.stream(waits).map(Header::getValue).toList();
            response.setHeader(RetryAfter.HEADER, RetryAfter.longestOf(values, clock.instant()));
        }
    }

    /**
     * The part of the heap that all responses together may take: each alone may be long, but not all at once.
     *
     * <p>What a thread reads counts until it makes its next call, when it is done with what it read before, or for a minute. Short
     * responses are not counted. Thread-safe.
     */
    static final class AnswerMemory {

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
}
