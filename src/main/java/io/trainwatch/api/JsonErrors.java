package io.trainwatch.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** What the server itself refuses is answered with {@code {"error": …}}, as what the routes refuse is. */
final class JsonErrors implements Request.Handler {

    static final String NOTHING_HERE =
            "There is nothing here. The API has /api/statistics, /api/jobs, /api/health and what"
                    + " /api/openapi.yaml names.";

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        int status = statusOf(response.getStatus());
        response.setStatus(status);
        RequestGuard.putSafeHeaders(response.getHeaders());
        String answer = JsonAnswer.text(Map.of("error", describe(status, request)));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, BufferUtil.toBuffer(answer, StandardCharsets.UTF_8), callback);
        return true;
    }

    /** An unknown method or version is the caller's fault, and no reason to look after the server. */
    private static int statusOf(int status) {
        return status == HttpStatus.NOT_IMPLEMENTED_501 || status == HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505
                ? HttpStatus.BAD_REQUEST_400
                : status;
    }

    private static String describe(int status, Request request) {
        if (status == HttpStatus.NOT_FOUND_404) {
            return NOTHING_HERE;
        }
        if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            return "Too much is asked of the API at once: try again in some seconds.";
        }
        if (HttpStatus.isServerError(status)) {
            return "Trainwatch cannot answer this at the moment; its log says why.";
        }
        return Objects.requireNonNullElse(
                (String) request.getAttribute(ErrorHandler.ERROR_MESSAGE), HttpStatus.getMessage(status));
    }
}
