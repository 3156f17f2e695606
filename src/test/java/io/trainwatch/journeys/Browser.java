package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Headless Chromium on the page, with all that it asks for, logs and reports. */
final class Browser implements AutoCloseable {

    private static final String INSTALL = "src/bench/install-chromium";
    private static final Duration LONGEST = Duration.ofSeconds(30);
    /** What a policy of the page forbade stands in the log of the console too; this names the directive. */
    private static final String ON_EACH_PAGE = "window.forbidden = [];"
            + "addEventListener('securitypolicyviolation', e => forbidden.push(e.violatedDirective + ' ' + e.blockedURI));"
            + "new MutationObserver((changes, observer) => {"
            + "  if (document.querySelector('table.jobs tbody tr')) {"
            + "    window.firstRowAt = performance.now(); observer.disconnect(); } })"
            + ".observe(document, {childList: true, subtree: true});";

    private final ChromeDriver driver;
    private final List<String> requests = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", ON_EACH_PAGE));
    }

    /** Skips the test, and says so, where there is no Chromium. */
    static Browser start() {
        Optional<Path> chromium = command("chromium");
        Optional<Path> chromedriver = command("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String why = "The page is NOT tested in a browser: chromium and chromedriver are not installed. Run "
                    + INSTALL + " as root.";
            System.err.println(why);
            Assumptions.abort(why);
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get().toFile());
        // Without a sandbox of its own, which root has none of; it opens nothing but this page.
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-proxy-server", "--hide-scrollbars");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.get().toFile())
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static Optional<Path> command(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param scheme {@code light} or {@code dark} */
    Browser as(String scheme, int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        return this;
    }

    Browser open(String address) {
        driver.get(address);
        return this;
    }

    /** Leaves the page and comes back, as a new visitor does: a change behind the {@code #} alone loads nothing. */
    Browser openAnew(String address) {
        return open("about:blank").open(address);
    }

    WebElement find(String selector) {
        await(selector + " on the page")
                .atMost(LONGEST)
                .until(() -> !driver.findElements(By.cssSelector(selector)).isEmpty());
        return driver.findElement(By.cssSelector(selector));
    }

    WebElement link(String text) {
        await("the link " + text)
                .atMost(LONGEST)
                .until(() -> !driver.findElements(By.linkText(text)).isEmpty());
        return driver.findElement(By.linkText(text));
    }

    /** The button that is called so, in the dialog where one is open. */
    WebElement button(String name) {
        String path = "//button[starts-with(normalize-space(.), '" + name + "')]";
        await("the button " + name)
                .atMost(LONGEST)
                .until(() -> driver.findElements(By.xpath(path)).stream().anyMatch(WebElement::isDisplayed));
        List<WebElement> shown = driver.findElements(By.xpath(path)).stream()
                .filter(WebElement::isDisplayed)
                .toList();
        return shown.get(shown.size() - 1);
    }

    int count(String selector) {
        return driver.findElements(By.cssSelector(selector)).size();
    }

    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    void awaitText(String... texts) {
        await("the page says " + String.join(", ", texts))
                .atMost(LONGEST)
                .untilAsserted(() -> assertThat(text()).contains(texts));
    }

    /** To whatever has the focus. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Tab until the focus is on what is called so; fails where it never gets there. */
    void tabTo(String name) {
        for (int i = 0; i < 60; i++) {
            if (String.valueOf(script("return document.activeElement.textContent.trim()"))
                    .startsWith(name)) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("No Tab leads to " + name);
    }

    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** What axe-core finds on the page as it is, each with the element. */
    List<String> barriers() {
        driver.executeScript(axe());
        Object found = driver.executeAsyncScript("const done = arguments[0]; axe.run(document).then(r => done("
                + "r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html + ' ' + n.failureSummary))))");
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    private static String axe() {
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands out of the window to the right, where the page is wider than it. */
    List<String> tooWide() {
        Object found = script("return document.documentElement.scrollWidth <= innerWidth ? [] : "
                + "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth)"
                + ".map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 60))");
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    /** What is seen of it. */
    void picture(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** Leaves the page, and what was logged so far. */
    void forget() throws IOException {
        open("about:blank");
        driver.manage().logs().get(LogType.BROWSER);
        readRequests();
        requests.clear();
    }

    private void readRequests() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = mapper.readTree(entry.getMessage()).path("message");
            if ("Network.requestWillBeSent".equals(message.path("method").asText())) {
                requests.add(message.path("params").path("request").path("url").asText());
            }
        }
    }

    /** Nothing was asked for but of this server, and nothing logged as an error or forbidden. */
    void assertQuiet(String origin) throws IOException {
        assertThat(driver.manage().logs().get(LogType.BROWSER).getAll())
                .as("errors in the console")
                .noneMatch(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue());
        assertThat((List<?>) script("return window.forbidden || []"))
                .as("what the policy forbade")
                .isEmpty();
        readRequests();
        assertThat(requests)
                .as("requests")
                .isNotEmpty()
                .allMatch(url -> url.startsWith(origin) || url.startsWith("data:") || url.startsWith("about:"));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
