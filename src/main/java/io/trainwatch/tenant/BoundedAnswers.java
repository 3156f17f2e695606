package io.trainwatch.tenant;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Ends the reading of an answer that is too long, or that trickles in for too long, its head or its body.
 *
 * <p>The client's own timeouts bound the wait for the next byte, not for the last one, and nothing bounds the length: an
 * answer of 256 MB once ended a process with a heap of 512 MB. The connection is dropped, because to use it again the
 * rest would have to be read.
 */
public final class BoundedAnswers implements HttpClientConfigurer {

    /** One for all clients: it only closes connections, and most of its work is taken back before it is due. */
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final long mostBytes;
    private final Duration connect;
    private final Duration longest;

    /**
     * @param mostBytes bytes of a body, decompressed, at most
     * @param connect time for a connection at most
     * @param longest time from then until the head is here, and from then to the last byte, at most
     */
    public BoundedAnswers(long mostBytes, Duration connect, Duration longest) {
        this.mostBytes = mostBytes;
        this.connect = connect;
        this.longest = longest;
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "trainwatch-answer-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        // Outside decompression, so that what counts is what the heap would hold.
        builder.addExecInterceptorBefore(ChainElement.COMPRESS.name(), "bounded-answers", new Bound());
    }

    private final class Bound implements ExecChainHandler {
        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
                throws IOException, HttpException {
            ClassicHttpResponse response = head(request, scope, chain);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                response.setEntity(new BoundedEntity(entity, scope.execRuntime));
            }
            return response;
        }
    }

    private ClassicHttpResponse head(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (!(scope.originalRequest instanceof Cancellable cancellable)) {
            return chain.proceed(request, scope);
        }
        Duration most = connect.plus(longest);
        AtomicBoolean late = new AtomicBoolean();
        Runnable giveUp = () -> {
            late.set(true);
            cancellable.cancel();
        };
        Future<?> timeout = TIMER.schedule(giveUp, most.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return chain.proceed(request, scope);
        } catch (IOException e) {
            throw late.get() ? timeout(most, e) : e;
        } finally {
            timeout.cancel(false);
        }
    }

    private static SocketTimeoutException timeout(Duration most, IOException cause) {
        SocketTimeoutException timeout = new SocketTimeoutException(
                "the head of the answer did not arrive whole within " + most.toMillis() + " ms");
        timeout.initCause(cause);
        return timeout;
    }

    private final class BoundedEntity extends HttpEntityWrapper {
        private final ExecRuntime connection;
        private final long deadline = System.nanoTime() + longest.toNanos();

        BoundedEntity(HttpEntity entity, ExecRuntime connection) {
            super(entity);
            this.connection = connection;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new BoundedStream(super.getContent(), connection, deadline);
        }
    }

    private final class BoundedStream extends FilterInputStream {
        private final ExecRuntime connection;
        private final long deadline;
        private long read;
        private boolean dropped;

        BoundedStream(InputStream in, ExecRuntime connection, long deadline) {
            super(in);
            this.connection = connection;
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        private void count(int bytes) throws IOException {
            read += bytes;
            if (read > mostBytes) {
                drop();
                throw new AnswerTooLong("the answer is longer than " + mostBytes + " bytes");
            }
            if (System.nanoTime() - deadline > 0) {
                drop();
                throw new SocketTimeoutException(
                        "the answer did not arrive whole within " + longest.toMillis() + " ms");
            }
        }

        private void drop() {
            dropped = true;
            connection.discardEndpoint();
        }

        @Override
        public void close() throws IOException {
            // Closing would read the rest first.
            if (!dropped) {
                super.close();
            }
        }
    }
}
