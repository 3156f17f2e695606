package io.trainwatch.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trainwatch.api.ApiAccess.Refusal;
import io.trainwatch.api.PageFiles.PageFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * The files of the page, read from the class path once. Nothing else there can be named. Thread-safe.
 *
 * <p>What the page begins with is sent as few files, since each takes a browser longer than what is in it: its modules are
 * written so that they make one when their imports are left out. {@code PageIT} measures what that saves.
 */
final class PageFiles {

    private static final String FOLDER = "/trainwatch/page/";
    private static final int MAX_FILE = 1024 * 1024;
    private static final String INDEX = "index.html";
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]*(?:\\.[a-z]+)*\\.(html|css|js|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final String MODULES = "page.js";
    /** The parts of a file that is put together here, each after those that it needs. */
    private static final Map<String, List<String>> PARTS = Map.of(
            "libraries.js",
            List.of("preact.min.umd.js", "hooks.umd.js", "htm.umd.js"),
            MODULES,
            List.of(
                    "html.js",
                    "url.js",
                    "api.js",
                    "format.js",
                    "parts.js",
                    "audit.js",
                    "keys.js",
                    "targets.js",
                    "jobs.js",
                    "now.js",
                    "app.js"));

    private static final Pattern IMPORT = Pattern.compile("(?m)^(import \\{.*} from) '\\./(\\w+\\.js)';\\n");

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String NO_SIGN_IN = "data-sign-in=\"no\"";

    private final Map<String, PageFile> files = new ConcurrentHashMap<>();
    private final boolean wantsToken;

    /** @param wantsToken whether the page has to ask for one before it calls the API */
    PageFiles(boolean wantsToken) {
        this.wantsToken = wantsToken;
    }

    /** @param tag in quotes, changes with the content */
    record PageFile(byte[] content, String type, String tag) {

        /** What a browser is told beside the content. */
        Map<String, String> headers() {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Content-Type", type);
            headers.put("ETag", tag);
            headers.put("Cache-Control", "no-cache");
            headers.put("Content-Security-Policy", POLICY);
            headers.put("X-Content-Type-Options", "nosniff");
            headers.put("Referrer-Policy", "no-referrer");
            headers.put("Cross-Origin-Resource-Policy", "same-origin");
            return headers;
        }

        /** @param known what the browser has, of {@code If-None-Match}; {@code null} for nothing */
        boolean isKnownBy(String known) {
            return known != null && known.contains(tag);
        }
    }

    /** @param name empty for the page itself */
    Optional<PageFile> find(String name) {
        String file = name.isEmpty() ? INDEX : name;
        Matcher parts = NAME.matcher(file);
        return parts.matches()
                ? Optional.ofNullable(files.computeIfAbsent(file, given -> read(given, TYPES.get(parts.group(1)))))
                : Optional.empty();
    }

    /** Where a host's servlet has the API. */
    void serve(Message message, String name) {
        PageFile file = find(name).orElseThrow(Refused::nothingHere);
        boolean isKnown = file.isKnownBy(message.getHeader("If-None-Match", String.class));
        message.removeHeaders("*");
        file.headers().forEach(message::setHeader);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, isKnown ? 304 : 200);
        message.setBody(isKnown ? new byte[0] : file.content());
    }

    private PageFile read(String name, String type) {
        Optional<String> text = PARTS.containsKey(name)
                ? Optional.of(PARTS.get(name).stream()
                        .map(part -> IMPORT.matcher(text(part).orElseThrow()).replaceAll(""))
                        .collect(Collectors.joining("\n")))
                : text(name).map(PageFiles::importingFromModules);
        return text.map(content -> withSignIn(name, content).getBytes(UTF_8))
                .map(content -> new PageFile(content, type, JsonAnswer.tag(content)))
                .orElse(null);
    }

    private String withSignIn(String name, String content) {
        return wantsToken && name.equals(INDEX)
                ? content.replace(NO_SIGN_IN, NO_SIGN_IN.replace("no", "yes"))
                : content;
    }

    /** A module that comes later takes what it needs from those that are there. */
    private static String importingFromModules(String module) {
        return IMPORT.matcher(module)
                .replaceAll(line -> PARTS.get(MODULES).contains(line.group(2))
                        ? line.group(1) + " './" + MODULES + "';\n"
                        : line.group());
    }

    private static Optional<String> text(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readNBytes(MAX_FILE), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Serves the page's files, for which nobody needs the token: they hold nothing of any job. All else is for the next handler.
     */
    static final class PageHandler extends Handler.Wrapper {

        private final PageFiles files;
        private final ApiAccess access;
        private final CallerDeadlines deadlines;

        /** @param access whom the files are served to */
        PageHandler(Handler next, PageFiles files, ApiAccess access, CallerDeadlines deadlines) {
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
}
