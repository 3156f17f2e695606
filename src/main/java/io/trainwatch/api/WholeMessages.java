package io.trainwatch.api;

import io.trainwatch.api.ApiAccess.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Hands on a request when its body is there as a whole, and sends the answer as a whole, so that no thread waits for a
 * caller. What is held of bodies is bounded: for each request, and for all of them together.
 */
final class WholeMessages extends Handler.Wrapper {

    private final int maxBody;
    private final long maxBodies;
    private final CallerDeadlines deadlines;
    /** Bytes of requests that are not answered yet. */
    private final AtomicLong held = new AtomicLong();

    WholeMessages(Handler next, int maxBody, long maxBodies, CallerDeadlines deadlines) {
        super(next);
        this.maxBody = maxBody;
        this.maxBodies = maxBodies;
        this.deadlines = deadlines;
    }

    static boolean hasBody(Request request) {
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    static Optional<Refusal> tooLong(long maxBody) {
        return Refusal.of(413, "The body is longer than " + maxBody + " bytes: send less in each request.");
    }

    /** Answers at once, and takes in and drops what the caller still sends: else many would not get to read the answer. */
    static void refuse(Request request, Response response, Callback callback, int status, String message)
            throws IOException {
        Callback dropRest = Callback.from(() -> dropRest(request, callback), callback::failed);
        response.setStatus(status);
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        request.setAttribute(ErrorHandler.ERROR_MESSAGE, message);
        // Not by Response.writeError, after which the rest cannot be read.
        new JsonAnswer.JsonErrors().handle(request, response, dropRest);
    }

    private static void dropRest(Request request, Callback callback) {
        for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
            chunk.release();
            if (chunk.isLast() || Content.Chunk.isFailure(chunk)) {
                callback.succeeded();
                return;
            }
        }
        request.demand(() -> dropRest(request, callback));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        new Reading(request, response, callback).run();
        return true;
    }

    /** The body of one request, as far as it is there. */
    private final class Reading implements Runnable {

        private final Request request;
        private final Response response;
        private final Callback callback;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Reading(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
            Request.addCompletionListener(request, failure -> held.addAndGet(-body.size()));
        }

        @Override
        public void run() {
            for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
                if (Content.Chunk.isFailure(chunk)) {
                    Response.writeError(request, response, callback, 400, "The body cannot be read to its end.");
                    return;
                }
                boolean isLast = chunk.isLast();
                int size = chunk.remaining();
                if (body.size() + size > maxBody) {
                    chunk.release();
                    refuse(tooLong(maxBody).orElseThrow());
                    return;
                }
                body.writeBytes(BufferUtil.toArray(chunk.getByteBuffer()));
                chunk.release();
                if (held.addAndGet(size) > maxBodies) {
                    refuse(new Refusal(503, null, null));
                    return;
                }
                if (isLast) {
                    handOn();
                    return;
                }
            }
            request.demand(this);
        }

        private void refuse(Refusal refusal) {
            try {
                WholeMessages.refuse(request, response, callback, refusal.status(), refusal.message());
            } catch (IOException e) {
                callback.failed(e);
            }
        }

        private void handOn() {
            deadlines.answering(request);
            Request whole = new WithBody(request, body.toByteArray());
            Collected answer = new Collected(request, response);
            Callback send = Callback.from(() -> answer.send(callback), callback::failed);
            try {
                if (!WholeMessages.super.handle(whole, answer, send)) {
                    Response.writeError(request, response, callback, 404);
                }
            } catch (Exception e) {
                Response.writeError(request, response, callback, e);
            }
        }
    }

    /** An answer that is kept until it is whole: who takes it in slowly, or hangs up, is no matter of who writes it. */
    private static final class Collected extends Response.Wrapper {

        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        Collected(Request request, Response response) {
            super(request, response);
        }

        @Override
        public void write(boolean last, ByteBuffer part, Callback callback) {
            content.writeBytes(BufferUtil.toArray(part));
            BufferUtil.clear(part);
            callback.succeeded();
        }

        void send(Callback callback) {
            super.write(true, ByteBuffer.wrap(content.toByteArray()), callback);
        }
    }

    /** A request whose body is read from memory. */
    private static final class WithBody extends Request.Wrapper {

        private final Content.Source content;
        private final long length;

        WithBody(Request request, byte[] body) {
            super(request);
            this.content = Content.Source.from(ByteBuffer.wrap(body));
            this.length = body.length;
        }

        @Override
        public long getLength() {
            return length;
        }

        @Override
        public Content.Chunk read() {
            return content.read();
        }

        @Override
        public void demand(Runnable demandCallback) {
            content.demand(demandCallback);
        }

        @Override
        public void fail(Throwable failure) {
            content.fail(failure);
        }
    }
}
