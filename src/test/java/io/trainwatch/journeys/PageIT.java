package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.DemoJobs;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page of the packaged service, in a browser, as a person uses it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageIT {

    private static final String HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Map<String, String> VIEWS = new LinkedHashMap<>();

    static {
        VIEWS.put("now", "#/now");
        VIEWS.put("jobs", "#/jobs");
        VIEWS.put("job", "#/job/demo/lab/greedy");
        VIEWS.put("targets", "#/targets");
        VIEWS.put("audit", "#/audit");
    }

    /** With {@code -Dtrainwatch.renew=true} the pictures of the documentation are made anew. */
    private static final Path PICTURES =
            Path.of(Boolean.getBoolean("trainwatch.renew") ? "docs/images" : "target/page-images");

    private Browser browser;
    private Simulator simulator;
    private Distribution service;
    private String page;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        browser = Browser.start();
        List<JobScript> jobs = new ArrayList<>(DemoJobs.scripts(42));
        jobs.add(JobScript.of("lab", "greedy", Ending.BREACHES_CPU)
                .running(Duration.ofSeconds(90))
                .sampledEvery(Duration.ofSeconds(1))
                .turnsAt(0.2));
        for (String name : List.of("by-mouse", "by-keyboard", "steady", "kept")) {
            jobs.add(JobScript.of("lab", name, Ending.COMPLETES)
                    .running(Duration.ofMinutes(4))
                    .sampledEvery(Duration.ofSeconds(1)));
        }
        TaskScript hostile = TaskScript.of("lab", "hostile", Ending.FAILS)
                .failReason(HOSTILE)
                .running(Duration.ofSeconds(2));
        simulator = Simulator.start(SimulatorOptions.demo(42).jobs(jobs).tasks(List.of(hostile)));
        service = new Distribution(folder)
                .setAll(simulator.properties(Set.of(TenantApi.TRAINING, TenantApi.TASKS), false))
                .set("trainwatch.poll.interval", "1s")
                .set("trainwatch.policy.warm-up", "0s")
                .set("trainwatch.policy.cpu-window", "warn 2 of 3, cancel 6 of 8")
                .set("trainwatch.policy.memory-window", "warn 2 of 3, cancel 6 of 8")
                .set("trainwatch.policy.max-stagnation", "8s")
                .set("trainwatch.policy.fixed-stagnation", "true");
        service.start("run");
        page = service.api().replaceFirst("api$", "");
    }

    @AfterAll
    void stop() {
        Stream.of(browser, service, simulator).forEach(PageIT::close);
    }

    @BeforeEach
    void forgetTheTestBefore() throws IOException {
        browser.forget();
    }

    private static void close(AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aJobIsSeenToMoveAndWhyAnotherWasCancelledAndAThirdIsCancelled() throws Exception {
        browser.as("light", 1440, 900).openAnew(page + "#/jobs?text=lab/");
        browser.script("window.sameVisit = true");
        int before = progress("steady");
        await("its progress moves without a reload").atMost(SOON).until(() -> progress("steady") > before);
        assertThat(browser.script("return window.sameVisit")).isEqualTo(true);

        await("the greedy job is cancelled")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(row("greedy")).contains("Cancelled"));
        browser.find("a[href='#/job/demo/lab/greedy']").click();
        browser.awaitText("It was cancelled because it broke max-cpu", "Why, from the audit", "Cancel, request 1");
        assertThat(browser.count("figure.chart canvas")).isGreaterThanOrEqualTo(3);
        assertThat(browser.text()).contains("Progress", "CPU", "Memory", "limit 95", "rule broken");

        browser.open(page + "#/job/demo/lab/by-mouse");
        browser.button("Cancel the job").click();
        browser.button("Cancel the job").click();
        browser.awaitText("Say why");
        browser.find("#ask-reason").sendKeys("It trains on last month's data " + HOSTILE);
        browser.button("Cancel the job").click();
        awaitCancelled("by-mouse");
        browser.awaitText("somebody ordered it", "last month's data " + HOSTILE);
        browser.assertQuiet(page);
    }

    @Test
    void theDemoIsSeenAsItHappens(@TempDir Path other) throws Exception {
        Path output = other.resolve("output.txt");
        Process demo = new ProcessBuilder(
                        "target/trainwatch/bin/trainwatch",
                        "demo",
                        "--keep",
                        "--directory",
                        other.resolve("demo").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Pattern address = Pattern.compile("See it at (\\S+)");
            await("the address of the page")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> address.matcher(Files.readString(output)).find());
            String there = address.matcher(Files.readString(output))
                    .results()
                    .findFirst()
                    .orElseThrow()
                    .group(1);
            browser.as("light", 1440, 900).openAnew(there);
            browser.awaitText("Broke a rule: memory above 90 %");
            assertThat(browser.script("return document.querySelector('h1').innerText"))
                    .isEqualTo(browser.script("const n = document.querySelector('.counts b').innerText;"
                            + "return n + (n === '1' ? ' job' : ' jobs') + ' in trouble'"));
            browser.picture(PICTURES.resolve("now.png"));
            browser.open(there + "#/jobs");
            int before = progress("bookings");
            await("its progress moves").atMost(SOON).until(() -> progress("bookings") > before);
            browser.as("light", 390, 844).picture(PICTURES.resolve("phone.png"));
            browser.as("dark", 1440, 1120);
            await("a greedy job is cancelled")
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(row("intents-fr")).contains("Cancelled"));
            browser.find("a[href='#/job/demo/web-shop/intents-fr']").click();
            browser.awaitText("It was cancelled because it broke max-cpu", "Cancel, request 1");
            browser.picture(PICTURES.resolve("job.png"));
            await("the page stays at the end")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> Files.readString(output).contains("The page stays at " + there));
            browser.openAnew(there);
            browser.awaitText("Nothing needs you");
            browser.assertQuiet(there);
        } finally {
            demo.destroy();
            demo.onExit().join();
        }
    }

    @Test
    void allOfThatIsDoneByKeyboardAlone() throws Exception {
        browser.as("dark", 1440, 900).openAnew(page + "#/now");
        browser.find("table.jobs tbody tr");
        browser.press("?");
        browser.awaitText("next and previous row");
        browser.press(Keys.ESCAPE);
        browser.press("g", "j");
        browser.find("[data-search]");
        browser.press("/");
        browser.press("by-keyb");
        await("the search").atMost(SOON).until(() -> browser.count("table.jobs tbody tr") == 1);
        browser.press(Keys.ESCAPE);
        browser.press("j", Keys.ENTER);
        browser.awaitText("Cancel the job …");
        browser.tabTo("Cancel the job");
        browser.press(Keys.ENTER);
        browser.find("dialog[open]");
        browser.press("Out of budget", Keys.ENTER);
        awaitCancelled("by-keyboard");
        browser.awaitText("Out of budget");
        browser.press("g", "t");
        browser.awaitText("Events that did not arrive");
        browser.tabTo("Test");
        browser.press(Keys.ENTER);
        browser.find("dialog[open]");
        browser.press("A look at the receiver", Keys.ENTER);
        browser.awaitText("took the test");
        browser.press("g", "a");
        browser.awaitText("Policies in force");
        browser.press("g", "n");
        browser.find(".counts");
        browser.assertQuiet(page);
    }

    @Test
    void whatOthersWroteIsShownAsText() throws Exception {
        browser.as("light", 1440, 900).openAnew(page + "#/jobs?stage=FAILED");
        WebElement failed = browser.find("a[href*='" + "/" + hostileTask() + "']");
        failed.click();
        browser.awaitText("It failed.", HOSTILE);
        assertThat(browser.count("img[src=x], script:not([src])")).isZero();
        browser.assertQuiet(page);
    }

    @Test
    void nothingKeepsAnybodyFromUsingItInAnySchemeOrWidth() throws Exception {
        browser.as("light", 1440, 900).openAnew(page + "#/job/demo/lab/greedy");
        browser.awaitText("Why, from the audit");
        for (String scheme : List.of("light", "dark")) {
            for (int width : List.of(1440, 820, 390)) {
                browser.as(scheme, width, 900);
                for (Map.Entry<String, String> view : VIEWS.entrySet()) {
                    browser.openAnew(page + view.getValue());
                    browser.find("main h1");
                    await("all is there").atMost(SOON).until(() -> browser.count("[aria-busy]") == 0);
                    String what = view.getKey() + "-" + scheme + "-" + width;
                    assertThat(browser.barriers()).as(what).isEmpty();
                    assertThat(browser.tooWide()).as(what).isEmpty();
                }
            }
        }
        browser.assertQuiet(page);
    }

    @Test
    void aChangeIsOnThePageWithinTwoSecondsOfItsCommit() throws Exception {
        browser.as("light", 1440, 900).openAnew(page + "#/job/demo/lab/kept");
        browser.awaitText("Exempt …");
        for (boolean exempt : List.of(true, false, true)) {
            HttpRequest act = HttpRequest.newBuilder(URI.create(service.api() + "/jobs/demo/lab/kept/exempt"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"reason\": \"a trial\", \"exempt\": " + exempt + "}"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(act, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            await("the change on the page")
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> browser.text().contains("End exemption …") == exempt);
        }
    }

    @Test
    void aTokenIsTypedOnceAndWhoMayOnlyReadSeesNoActs(@TempDir Path other) throws Exception {
        JobScript job = JobScript.of("lab", "a", Ending.COMPLETES).running(Duration.ofMinutes(5));
        try (Simulator tenant = Simulator.start(SimulatorOptions.demo(1).jobs(List.of(job)));
                Distribution guarded = new Distribution(other)
                        .setAll(tenant.properties())
                        .set("trainwatch.http.token", "a-token-that-may-do-all")
                        .set("trainwatch.http.read-token", "a-token-that-only-reads")
                        .start("run")) {
            String there = guarded.api().replaceFirst("api$", "");
            browser.as("light", 1440, 900).openAnew(there);
            browser.awaitText("Sign in");
            browser.find("#token").sendKeys("a-token-that-only-reads", Keys.ENTER);
            browser.awaitText("Live, read only");
            browser.openAnew(there + "#/job/demo/lab/a");
            browser.awaitText("Curves", "Judged by");
            assertThat(browser.text()).doesNotContain("Cancel the job", "Exempt …", "Replay", "Sign in");
            browser.assertQuiet(there);
            browser.button("Sign out").click();
            browser.find("#token").sendKeys("a-token-that-may-do-all", Keys.ENTER);
            browser.awaitText("Cancel the job …");
        }
    }

    @Test
    void ofTenThousandJobsTheFirstAreThereAtOnce(@TempDir Path other) throws Exception {
        List<JobScript> many = IntStream.range(0, 10_000)
                .mapToObj(i -> JobScript.of("load", String.format("job-%05d", i), Ending.COMPLETES)
                        .running(Duration.ofHours(1)))
                .toList();
        try (Simulator tenant = Simulator.start(SimulatorOptions.demo(1).jobs(many));
                Distribution large = new Distribution(other)
                        .setAll(tenant.properties())
                        .set("trainwatch.poll.interval", "1m")
                        .start("run")) {
            String there = large.api().replaceFirst("api$", "");
            await("each was looked at once")
                    .pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofMinutes(4))
                    .until(() -> large.get("/statistics").matches("(?s).*\"RUNNING\" : (9[5-9]\\d\\d|10000).*"));
            browser.as("light", 1440, 900);
            // A machine that does much besides says little: -Dtrainwatch.page.millis=300 asks a quiet one for what it
            // can.
            long most = Long.getLong("trainwatch.page.millis", 2_000);
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                browser.openAnew(there + "#/jobs");
                browser.find("table.jobs tbody tr");
                times.add(((Number) browser.script("return Math.round(window.firstRowAt)")).longValue());
            }
            System.out.println("First rows of 10,000 jobs after ms: " + times);
            // The quickest says what the page takes, the others what else the machine does.
            assertThat(Collections.min(times)).as("the quickest of " + times).isLessThanOrEqualTo(most);
            browser.link("Next page").click();
            browser.awaitText("Page 2, 50 jobs");
        }
    }

    private String hostileTask() {
        return simulator.properties(Set.of(TenantApi.TASKS), false).values().stream()
                .flatMap(value -> Stream.of(value.split("[,/]")))
                .filter(part -> part.matches("[0-9a-f]{24}"))
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private void awaitCancelled(String job) {
        await(job + " ends as cancelled")
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(browser.find(".head h1").getText()).contains(job, "Cancelled"));
    }

    private String row(String job) {
        return String.valueOf(browser.script("return [...document.querySelectorAll('table.jobs tbody tr')]"
                + ".filter(row => row.textContent.includes('" + job + "')).map(row => row.textContent).join()"));
    }

    private int progress(String job) {
        WebElement bar = browser.find("[role=progressbar][aria-label='Progress of " + job + "']");
        return Integer.parseInt(bar.getAttribute("aria-valuenow"));
    }
}
