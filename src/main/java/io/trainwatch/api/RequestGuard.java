package io.trainwatch.api;

import io.trainwatch.api.ApiAccess.Refusal;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses what can be refused by the head of a request alone, and hands on of that head only what routes need: Camel would
 * make a header of its message of every other one.
 */
final class RequestGuard extends Handler.Wrapper {

    /** {@code curl -d} calls whatever it sends a form. */
    private static final Pattern JSON = Pattern.compile(
            "(application/json|application/x-www-form-urlencoded)\\s*(;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?",
            Pattern.CASE_INSENSITIVE);

    static final String FETCH_SITE = "Sec-Fetch-Site";
    static final String PROBES = "/observe/health";

    private static final Set<HttpHeader> NEEDED =
            EnumSet.of(HttpHeader.HOST, HttpHeader.CONTENT_LENGTH, HttpHeader.IF_NONE_MATCH);

    private final ApiAccess access;
    private final long maxBody;

    /** @param maxBody bytes */
    RequestGuard(Handler next, ApiAccess access, long maxBody) {
        super(next);
        this.access = access;
        this.maxBody = maxBody;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        putSafeHeaders(response.getHeaders());
        Optional<Refusal> refusal = ofOtherSite(request)
                .or(() -> ofCaller(request))
                .or(() -> ofQuery(request))
                .or(() -> ofBody(request));
        if (refusal.isEmpty()) {
            return super.handle(withNeededHeaders(request), response, callback);
        }
        refusal.get().headers().forEach(response.getHeaders()::put);
        WholeMessages.refuse(
                request,
                response,
                callback,
                refusal.get().status(),
                refusal.get().message());
        return true;
    }

    /** What every answer says to browsers and caches. */
    static void putSafeHeaders(HttpFields.Mutable headers) {
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Browsers say so of every request, whatever page it is from. */
    static Optional<Refusal> ofOtherSite(Request request) {
        return ofSite(request.getHeaders().get(FETCH_SITE));
    }

    /** @param site what the browser says of the page, in the header {@value #FETCH_SITE}; {@code null} from others */
    static Optional<Refusal> ofSite(String site) {
        return "cross-site".equalsIgnoreCase(site)
                ? Refusal.of(403, "No page of another site is answered. Call the API from a program.")
                : Optional.empty();
    }

    /** Probes are for everybody; whoever shows a token is asked for a right one there as well. */
    private Optional<Refusal> ofCaller(Request request) {
        Optional<Refusal> refusal = access.refuse(request);
        if (refusal.isPresent()
                && reads(request.getMethod())
                && isForEverybody(request)
                && !request.getHeaders().contains(HttpHeader.AUTHORIZATION)) {
            Caller.UNKNOWN.putInto(request);
            return Optional.empty();
        }
        return refusal.or(() -> ofActing(request.getMethod(), Caller.of(request)));
    }

    /** Whoever may only read is told so. */
    static Optional<Refusal> ofActing(String method, Caller caller) {
        return reads(method) || caller.mayAct()
                ? Optional.empty()
                : Refusal.of(403, "This token only reads: act with that of trainwatch.http.token.");
    }

    private static boolean reads(String method) {
        return HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method);
    }

    private static boolean isForEverybody(Request request) {
        String path = Objects.requireNonNullElse(Request.getPathInContext(request), "");
        return path.equals(PROBES) || path.startsWith(PROBES + "/");
    }

    private static Optional<Refusal> ofQuery(Request request) {
        try {
            Request.extractQueryParameters(request);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Refusal.of(400, "The query cannot be read: write it as percent-encoded UTF-8.");
        }
    }

    private Optional<Refusal> ofBody(Request request) {
        HttpFields headers = request.getHeaders();
        if (!WholeMessages.hasBody(request)) {
            return Optional.empty();
        }
        boolean isPacked = headers.getCSV(HttpHeader.CONTENT_ENCODING, false).stream()
                .anyMatch(coding -> !coding.toLowerCase(Locale.ROOT).equals("identity"));
        if (isPacked) {
            return Refusal.of(415, "A compressed body is not read: send it as it is, without Content-Encoding.");
        }
        String type = headers.get(HttpHeader.CONTENT_TYPE);
        if (type != null && !JSON.matcher(type.strip()).matches()) {
            return Refusal.of(415, "Only JSON in UTF-8 is read: send it with Content-Type: application/json.");
        }
        return request.getLength() > maxBody ? WholeMessages.tooLong(maxBody) : Optional.empty();
    }

    private static Request withNeededHeaders(Request request) {
        HttpFields.Mutable headers = HttpFields.build();
        for (HttpField field : request.getHeaders()) {
            if (NEEDED.contains(field.getHeader())) {
                headers.add(field);
            }
        }
        if (WholeMessages.hasBody(request)) {
            headers.put(HttpHeader.CONTENT_TYPE, "application/json");
        }
        HttpFields needed = headers.asImmutable();
        return new Request.Wrapper(request) {
            @Override
            public HttpFields getHeaders() {
                return needed;
            }
        };
    }
}
