package io.trainwatch.api;

import io.trainwatch.api.ApiAccess.Refusal;
import io.trainwatch.api.PageFiles.PageFile;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Serves the page's files, for which nobody needs the token: they hold nothing of any job. All else is for the next handler.
 */
final class PageHandler extends Handler.Wrapper {

    private final PageFiles files;
    private final ApiAccess access;
    private final Deadlines deadlines;

    /** @param access whom the files are served to */
    PageHandler(Handler next, PageFiles files, ApiAccess access, Deadlines deadlines) {
        super(next);
        this.files = files;
        this.access = access;
        this.deadlines = deadlines;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<PageFile> file = find(request);
        if (file.isEmpty()) {
            return super.handle(request, response, callback);
        }
        deadlines.answering(request);
        file.get().headers().forEach(response.getHeaders()::put);
        Optional<Refusal> refusal = ofOtherSite(request).or(() -> access.refuse(request));
        if (refusal.isPresent()) {
            Refusal why = refusal.get();
            WholeMessages.refuse(request, response, callback, why.status(), why.message());
        } else if (file.get().isKnownBy(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
            response.setStatus(304);
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
        } else {
            byte[] content = file.get().content();
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
            boolean isHead = HttpMethod.HEAD.is(request.getMethod());
            response.write(true, isHead ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(content), callback);
        }
        return true;
    }

    private Optional<PageFile> find(Request request) {
        boolean isRead = HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
        String path = Request.getPathInContext(request);
        return isRead && path.startsWith("/") && !WholeMessages.hasBody(request)
                ? files.find(path.substring(1))
                : Optional.empty();
    }

    /** A link from elsewhere may lead here, such as one in a message about a job; no other page gets hold of a file. */
    private static Optional<Refusal> ofOtherSite(Request request) {
        return "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"))
                ? Optional.empty()
                : RequestGuard.ofOtherSite(request);
    }
}
