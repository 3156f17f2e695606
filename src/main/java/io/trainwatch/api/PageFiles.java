package io.trainwatch.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The files of the page, read from the class path once. Nothing else there can be named. Thread-safe. */
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

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String NO_SIGN_IN = "data-sign-in=\"no\"";

    private static final Pattern KEPT = Pattern.compile("^kept-[0-9a-f-]{1,40}/");
    private static final Pattern BESIDE_INDEX =
            Pattern.compile("(?<=(href|src)=\")(?=[A-Za-z0-9.-]+\\.(css|js|svg)\")");

    private final Map<String, PageFile> files = new ConcurrentHashMap<>();
    private final boolean wantsToken;
    private final String folder;

    private PageFiles(boolean wantsToken, String folder) {
        this.wantsToken = wantsToken;
        this.folder = folder;
    }

    /**
     * Files that a browser keeps, under a path that only this process gives them: another one may have others.
     *
     * @param wantsToken whether the page has to ask for one before it calls the API
     */
    static PageFiles kept(boolean wantsToken) {
        return new PageFiles(wantsToken, "kept-" + UUID.randomUUID() + "/");
    }

    /** Files beside the page, about which a browser asks each time. */
    static PageFiles plain() {
        return new PageFiles(false, "");
    }

    /**
     * One file.
     *
     * @param tag in quotes, changes with the content
     * @param caching what a browser may do with it
     */
    record PageFile(byte[] content, String type, String tag, String caching) {

        private PageFile kept() {
            return new PageFile(content, type, tag, "max-age=604800, immutable");
        }

        /** What a browser is told beside the content. */
        Map<String, String> headers() {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Content-Type", type);
            headers.put("ETag", tag);
            headers.put("Cache-Control", caching);
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
        // A page that was opened before this process began still asks for files by the path that it was given.
        String file = name.isEmpty() ? INDEX : KEPT.matcher(name).replaceFirst("");
        Matcher parts = NAME.matcher(file);
        if (!parts.matches()) {
            return Optional.empty();
        }
        PageFile found = files.computeIfAbsent(file, given -> read(given, TYPES.get(parts.group(1))));
        boolean isKept = !folder.isEmpty() && name.startsWith(folder);
        return Optional.ofNullable(found).map(each -> isKept ? each.kept() : each);
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

    private byte[] ofThisProcess(byte[] index) {
        String text = BESIDE_INDEX.matcher(new String(index, UTF_8)).replaceAll(folder);
        String page = wantsToken ? text.replace(NO_SIGN_IN, NO_SIGN_IN.replace("no", "yes")) : text;
        return page.getBytes(UTF_8);
    }

    private PageFile read(String name, String type) {
        try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readNBytes(MAX_FILE);
            byte[] content = name.equals(INDEX) ? ofThisProcess(bytes) : bytes;
            return new PageFile(content, type, JsonAnswer.tag(content), "no-cache");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
