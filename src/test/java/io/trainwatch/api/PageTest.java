package io.trainwatch.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The files of the page: to whom they are served, with what, and what does not stand in them. */
class PageTest {

    private static final Path OWN = Path.of("src/main/resources/trainwatch/page");
    private static final Path ALL = Path.of("target/classes/trainwatch/page");
    private static final int MAX_GZIPPED = 100 * 1024;
    private static final String[] HERE = {"Host: 127.0.0.1"};

    private HttpServer server = HttpServer.start("127.0.0.1", 0, Optional.of("open sesame"));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyFileIsServedWithoutATokenUnderAStrictPolicy() throws IOException {
        Map<String, String> types =
                Map.of("html", "text/html", "css", "text/css", "js", "text/javascript", "svg", "image/svg+xml");
        assertThat(names(ALL)).contains("index.html", "app.js", "preact.min.umd.js", "uPlot.iife.min.js");
        for (String name : names(ALL)) {
            assertThat(get("/" + name))
                    .as(name)
                    .startsWith("HTTP/1.1 200")
                    .contains("Content-Type: " + types.get(name.substring(name.lastIndexOf('.') + 1)))
                    .contains(
                            "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"
                                    + " connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none';"
                                    + " frame-ancestors 'none'\r\n",
                            "X-Content-Type-Options: nosniff\r\n",
                            "Referrer-Policy: no-referrer\r\n",
                            "Cache-Control: no-cache\r\n");
        }
        assertThat(get("/page.js")).startsWith("HTTP/1.1 200").contains("Content-Type: text/javascript");
        assertThat(get("/")).startsWith("HTTP/1.1 200").contains("<title>Trainwatch</title>", "data-sign-in=\"yes\"");
        assertThat(get("/?from=elsewhere")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aFileIsSentOnceAndThenOnlyWhereItChanged() throws IOException {
        String whole = get("/app.js");
        Matcher tag = Pattern.compile("ETag: (\"\\S+\")").matcher(whole);
        assertThat(tag.find()).as(whole).isTrue();
        String again = request("GET /app.js", "Host: 127.0.0.1", "If-None-Match: " + tag.group(1));
        assertThat(again).startsWith("HTTP/1.1 304").doesNotContain("import");
        assertThat(request("GET /app.js", "Host: 127.0.0.1", "If-None-Match: \"other\""))
                .startsWith("HTTP/1.1 200");
        assertThat(request("HEAD /app.js", HERE)).startsWith("HTTP/1.1 200").doesNotContain("import");
    }

    @Test
    void nothingButTheFilesIsServedWithoutAToken() throws IOException {
        for (String path : List.of(
                "/nothing.js",
                "/trainwatch/page/app.js",
                "/../page/app.js",
                "/%2e%2e/trainwatch/routes/70-api.camel.yaml",
                "/..%2fpage%2fapp.js",
                "//app.js",
                "/app.js/",
                "/app.js%00",
                "/page/",
                "/.html",
                "/api/jobs",
                "/api/index.html")) {
            assertThat(get(path).substring(9, 12)).as(path).isIn("400", "401");
        }
        assertThat(request("POST /", HERE)).startsWith("HTTP/1.1 401");
        assertThat(request("DELETE /app.js", HERE)).startsWith("HTTP/1.1 401");
    }

    @Test
    void noPageOfAnotherSiteGetsAFileThoughALinkMayLeadHere() throws IOException {
        assertThat(request("GET /app.js", "Host: 127.0.0.1", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"))
                .startsWith("HTTP/1.1 403");
        assertThat(request("GET /", "Host: 127.0.0.1", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"))
                .startsWith("HTTP/1.1 200");
        server.close();
        server = HttpServer.start("127.0.0.1", 0, Optional.empty());
        assertThat(request("GET /", "Host: rebound.example")).startsWith("HTTP/1.1 403");
        assertThat(request("GET /", "Host: 127.0.0.1", "Origin: https://evil.example"))
                .startsWith("HTTP/1.1 403");
        assertThat(get("/")).startsWith("HTTP/1.1 200").contains("data-sign-in=\"no\"");
    }

    @Test
    void insideAnotherRuntimeARouteServesTheSame() {
        PageFiles files = new PageFiles(false);
        Message message = new DefaultExchange(new DefaultCamelContext()).getMessage();
        files.serve(message, "app.js");
        assertThat(message.getHeaders())
                .containsEntry(Exchange.HTTP_RESPONSE_CODE, 200)
                .containsEntry("Content-Type", "text/javascript; charset=utf-8")
                .containsKey("Content-Security-Policy");
        assertThat(message.getBody(String.class)).contains("import");
        message.setHeader("If-None-Match", message.getHeader("ETag"));
        files.serve(message, "app.js");
        assertThat(message.getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(304);
        assertThatThrownBy(() -> files.serve(message, "../app.js")).isInstanceOf(Refused.class);
    }

    @Test
    void allFilesTogetherAreSmall() throws IOException {
        int sum = 0;
        for (String name : names(ALL)) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(Files.readAllBytes(ALL.resolve(name)));
            }
            sum += packed.size();
        }
        assertThat(sum).as("bytes of all files, gzipped").isLessThanOrEqualTo(MAX_GZIPPED);
    }

    /** Modules that are sent as one have one name space. */
    @Test
    void theModulesThatThePageBeginsWithAreOne() {
        PageFiles files = new PageFiles(false);
        String modules = textOf(files, "page.js");
        assertThat(modules)
                .contains("export const html =", "function App()")
                .doesNotContainPattern("(?m)^import ")
                .contains("render(html`<${App} />`, app);");
        assertThat(Pattern.compile("(?m)^(?:export )?(?:async )?(?:function|const|let|class) +(\\w+)")
                        .matcher(modules)
                        .results()
                        .map(name -> name.group(1)))
                .hasSizeGreaterThan(50)
                .doesNotHaveDuplicates();
        assertThat(textOf(files, "libraries.js")).contains("preactHooks", "htm=");
        assertThat(textOf(files, "job.js"))
                .contains("from './page.js'", "from './charts.js'")
                .doesNotContain("'./parts.js'");
    }

    private static String textOf(PageFiles files, String name) {
        return new String(files.find(name).orElseThrow().content(), StandardCharsets.UTF_8);
    }

    @Test
    void textsOfOthersCannotBecomeMarkupAndNothingIsLoadedFromElsewhere() throws IOException {
        Pattern forbidden = Pattern.compile(
                "innerHTML|outerHTML|insertAdjacent|document\\.write|\\beval\\(|new Function|https?://");
        for (String name : names(OWN)) {
            String text = Files.readString(OWN.resolve(name)).replace("http://www.w3.org/2000/svg", "");
            assertThat(text.lines().filter(line -> forbidden.matcher(line).find()))
                    .as(name)
                    .isEmpty();
        }
        String index = Files.readString(OWN.resolve("index.html"));
        assertThat(index).doesNotContain("style=", "onclick", "<style");
        Matcher named = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(index);
        while (named.find()) {
            assertThat(get("/" + named.group(1))).as(named.group(1)).startsWith("HTTP/1.1 200");
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private String get(String path) throws IOException {
        return request("GET " + path, HERE);
    }

    private String request(String line, String... headers) throws IOException {
        return HttpServerTest.request(server, line, headers);
    }
}
