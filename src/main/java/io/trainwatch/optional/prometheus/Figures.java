package io.trainwatch.optional.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.http.Clients;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.prometheus.PrometheusSettings.Figure;
import io.trainwatch.optional.prometheus.PrometheusSettings.QueryTemplate;
import io.trainwatch.optional.prometheus.Series.BadQuery;
import io.trainwatch.optional.prometheus.Series.UnreadableAnswer;
import io.trainwatch.text.SafeText;
import io.trainwatch.watch.Look;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Figures of running jobs that the tenant's API does not tell, from Prometheus.
 *
 * <p>A look is never held up by it: a question is answered on a thread of its own, and a look that asks about its job alone
 * waits half a second at most, and only for a Prometheus that has answered in that time before. Otherwise it takes the
 * answer of the look before, if the samples are young enough. A figure that is stale, no number, out of range, told by
 * several series or not at all is missing: it is {@code null}, and no rule judges it. Thread-safe.
 */
public final class Figures {

    /** The longest wait of a look. */
    static final Duration WAIT = Duration.ofMillis(500);
    /** The longest time that Prometheus is given. */
    private static final Duration TIMEOUT = PrometheusSettings.TIMEOUT;
    /** An answer is good for this long: jobs that share a query share one request. */
    private static final Duration REFRESH = Duration.ofSeconds(3);
    /** Until a query is sent again that Prometheus called wrong. */
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(1);

    private static final Duration GIVEN_UP = Duration.ofSeconds(15);
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);
    /** A clock that is further off is reported. */
    public static final Duration MAX_SKEW = Duration.ofSeconds(30);

    private static final int MANY = 2_000;
    private static final String REFUSED = "refused";
    private static final int LONGEST_ERROR = 200;

    private final Map<String, PrometheusSettings> sources;
    private final Map<String, Health> health = new HashMap<>();
    private final Map<Question, CachedResponse> slots = new ConcurrentHashMap<>();
    private final RepeatedFaults faults;
    private final ObjectMapper mapper;
    private final InstantSource clock;
    private final InstantSource steady;

    /**
     * @param sources by the alias of the tenant
     * @param mapper reads answers within bounds
     * @param clock tells the time, by which samples are young or old
     * @param steady a clock that nobody sets, by which Prometheus is asked again
     */
    public Figures(
            Map<String, PrometheusSettings> sources,
            ObjectMapper mapper,
            RepeatedFaults faults,
            InstantSource clock,
            InstantSource steady) {
        this.sources = sources;
        sources.keySet().forEach(alias -> health.put(alias, new Health()));
        this.mapper = mapper;
        this.faults = faults;
        this.clock = clock;
        this.steady = steady;
    }

    /** The queries as they would be sent about a job that there is not, by the last part of their settings. */
    public static Map<String, String> examples(String tenant, PrometheusSettings settings) {
        Map<String, String> examples = new LinkedHashMap<>();
        JobKey job = new JobKey(tenant, "preflight", "preflight");
        for (Figure figure : Figure.values()) {
            figure.query(settings).ifPresent(query -> examples.put(figure.key(), QueryTemplate.fill(query, job)));
        }
        return examples;
    }

    /** Whether the job runs, and something is not told of it that can be asked elsewhere. */
    public boolean areWanted(Exchange exchange) {
        JobStatus status = exchange.getMessage().getBody(JobStatus.class);
        PrometheusSettings settings =
                sources.get(exchange.getVariable("job", JobKey.class).tenant());
        return settings != null
                && status.state() == TrainingState.RUNNING
                && !wanted(settings, status).isEmpty();
    }

    /** The questions about the job that are to be asked now. */
    public List<Question> questions(@Variable("job") JobKey job, @Variable("status") JobStatus status) {
        Instant now = steady.instant();
        forgetOld(now);
        List<Question> due = new ArrayList<>();
        for (Question question : all(job, status)) {
            CachedResponse slot = slots.computeIfAbsent(question, any -> new CachedResponse());
            if (slot.isDue(now, GIVEN_UP) && health.get(job.tenant()).mayAsk(now) && slot.begin(now, GIVEN_UP)) {
                due.add(question);
            }
        }
        return due;
    }

    /** The status with the figures that are known by now. */
    public JobStatus fill(
            @Variable("look") Look look, @Variable("job") JobKey job, @Variable("status") JobStatus status) {
        PrometheusSettings settings = sources.get(job.tenant());
        Health source = health.get(job.tenant());
        // A list tells of many jobs, one after the other, and comes again soon: there nobody waits.
        long deadline = System.nanoTime() + (look.listed() || !source.isPrompt() ? 0 : WAIT.toNanos());
        ResourceUtilization told = status.resourceUtilization();
        for (Question question : all(job, status)) {
            CachedResponse slot = slots.get(question);
            if (slot == null) {
                continue;
            }
            if (!look.listed() && source.isPrompt() && !slot.await(deadline - System.nanoTime())) {
                source.wasSlow();
            }
            told = question.figure().into(told, value(question, settings, slot.series(), job));
        }
        return status.using(told);
    }

    /** The query of the request, encoded. */
    private String httpQuery(Question question) {
        long maxAge = Math.max(sources.get(question.tenant()).maxAge().toSeconds(), 1);
        return "query="
                + URLEncoder.encode(question.query(), StandardCharsets.UTF_8).replace("+", "%20") + "&timeout="
                + TIMEOUT.toSeconds() + "s&lookback_delta=" + maxAge;
    }

    /** Makes the message the request to the source: query and headers. */
    public void prepare(Exchange exchange, @Variable("question") Question question) {
        Message message = exchange.getMessage();
        message.setBody("");
        message.setHeader(Exchange.HTTP_METHOD, HttpMethods.GET);
        message.setHeader(Exchange.HTTP_QUERY, httpQuery(question));
        message.setHeader("Accept", "application/json");
        authorize(exchange, question);
    }

    /** Puts what the source wants into the headers of the request: its own headers, and the bearer token. */
    public void authorize(Exchange exchange, @Variable("question") Question question) {
        headers(sources.get(question.tenant())).forEach(exchange.getMessage()::setHeader);
    }

    /** The headers of each request to a source. */
    public static Map<String, String> headers(PrometheusSettings settings) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        settings.token().ifPresent(token -> headers.put("Authorization", "Bearer " + token.reveal()));
        settings.headers().forEach((name, value) -> headers.put(name, value.reveal()));
        return headers;
    }

    /** Keeps an answer. */
    public void answered(@Variable("question") Question question, @Body byte[] body) {
        Instant now = steady.instant();
        List<Series> series = Series.read(mapper, body);
        CachedResponse slot = slots.computeIfAbsent(question, any -> new CachedResponse());
        boolean promptly = slot.askedAt().plus(WAIT).isAfter(now);
        slot.answered(series, now.plus(REFRESH));
        reportClock(question.tenant(), series, clock.instant());
        health.get(question.tenant()).answered(promptly);
        faults.works(source(question.tenant()));
        faults.works(complaint(question, REFUSED));
    }

    /** Keeps in mind that there was no answer that could be used. */
    public void failed(Exchange exchange, @Variable("question") Question question) {
        Instant now = steady.instant();
        Exception thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Optional<String> refusal = refusal(thrown);
        boolean refused = refusal.isPresent();
        if (refused) {
            health.get(question.tenant()).answered(true);
            complain(question, REFUSED, refusal.get());
        } else {
            health.get(question.tenant()).failed(now);
            String source = source(question.tenant());
            faults.warn(
                    source,
                    source,
                    "it " + reason(thrown) + ", and its figures are missing. It is asked again every "
                            + Health.PAUSE.toSeconds() + " s. " + remedy(question.tenant(), thrown));
        }
        CachedResponse slot = slots.computeIfAbsent(question, any -> new CachedResponse());
        // What was known before grows old by itself; what is wrong is not known at all.
        slot.answered(refused ? List.of() : slot.series(), now.plus(refused ? AFTER_REFUSAL : REFRESH));
    }

    /** What is wrong with the query; empty where it is not to blame. */
    private Optional<String> refusal(Exception thrown) {
        if (thrown instanceof BadQuery) {
            return Optional.of("The query cannot be used: " + thrown.getMessage());
        }
        return thrown instanceof HttpOperationFailedException answer
                        && (answer.getStatusCode() == 400 || answer.getStatusCode() == 422)
                ? Optional.of("Prometheus calls the query wrong" + error(answer))
                : Optional.empty();
    }

    /** An instant query tells the time at which it was answered, which is that of the other clock. */
    private void reportClock(String tenant, List<Series> series, Instant now) {
        if (series.isEmpty()) {
            return;
        }
        Duration ahead = Duration.between(now, series.get(0).at());
        String clocks = "The clock of the Prometheus of tenant " + tenant;
        if (ahead.abs().compareTo(MAX_SKEW) > 0) {
            faults.once(
                    clocks,
                    clocks,
                    "it is " + ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of")
                            + " this machine's. Figures count as missing beyond trainwatch.tenant." + tenant
                            + ".prometheus.max-age; set both clocks by NTP.");
        } else {
            faults.works(clocks);
        }
    }

    /**
     * What is wrong with a successful answer, for people; empty where it can be used.
     *
     * @param mapper reads the answer
     */
    public static Optional<String> problemOf(ObjectMapper mapper, byte[] answer) {
        try {
            Series.read(mapper, answer);
            return Optional.empty();
        } catch (BadQuery | UnreadableAnswer e) {
            return Optional.of(e.getMessage());
        }
    }

    private List<Figure> wanted(PrometheusSettings settings, JobStatus status) {
        List<Figure> wanted = new ArrayList<>();
        for (Figure figure : Figure.values()) {
            if (figure.query(settings).isPresent() && figure.of(status.resourceUtilization()) == null) {
                wanted.add(figure);
            }
        }
        return wanted;
    }

    private List<Question> all(JobKey job, JobStatus status) {
        PrometheusSettings settings = sources.get(job.tenant());
        String address = Clients.endpoint(settings.url() + "/api/v1/query", Clients.prometheus(job.tenant()));
        return wanted(settings, status).stream()
                .map(figure -> new Question(
                        job.tenant(),
                        figure,
                        address,
                        QueryTemplate.fill(figure.query(settings).orElseThrow(), job)))
                .toList();
    }

    private Double value(Question question, PrometheusSettings settings, List<Series> answer, JobKey job) {
        Instant now = clock.instant();
        List<Series> own = settings.jobLabel()
                .map(label -> answer.stream()
                        .filter(series -> job.job().equals(series.labels().get(label)))
                        .toList())
                .orElse(answer);
        if (own.size() > 1) {
            complain(
                    question,
                    "several series",
                    "Prometheus gives " + own.size() + " series for job " + job.job()
                            + ", and nothing says which one it is. Aggregate them in the query, or set .job-label");
        }
        if (own.size() != 1) {
            return null;
        }
        Series series = own.get(0);
        boolean current = !series.at().isBefore(now.minus(settings.maxAge()))
                && !series.at().isAfter(now.plus(settings.maxAge()));
        if (!current || !Double.isFinite(series.value())) {
            return null;
        }
        Double value = question.figure().within(series.value());
        if (value == null) {
            complain(
                    question,
                    "out of range",
                    "Prometheus gives " + series.value() + " for job " + job.job() + ", which is not "
                            + question.figure().range());
        }
        return value;
    }

    /** Questions about jobs that ended are not asked any more. */
    private void forgetOld(Instant now) {
        if (slots.size() > MANY) {
            slots.values().removeIf(slot -> slot.askedAt().plus(FORGOTTEN).isBefore(now));
        }
    }

    private String error(HttpOperationFailedException answer) {
        try {
            JsonNode body = mapper.readTree(String.valueOf(answer.getResponseBody()));
            String text = body.path("error").asText("");
            return text.isEmpty() ? "" : " (" + SafeText.bounded(text, LONGEST_ERROR) + ")";
        } catch (IOException e) {
            return "";
        }
    }

    /** What is wrong for one job is wrong for all. */
    private void complain(Question question, String kind, String words) {
        String what = complaint(question, kind);
        faults.once(what, what, words + ". The figure counts as missing.");
    }

    private static String complaint(Question question, String kind) {
        return "trainwatch.tenant." + question.tenant() + ".prometheus."
                + question.figure().key() + " (" + kind + ")";
    }

    private static String source(String tenant) {
        return "The Prometheus of tenant " + tenant;
    }

    private static String remedy(String tenant, Exception thrown) {
        int status = thrown instanceof HttpOperationFailedException answer ? answer.getStatusCode() : 0;
        String keys = status == 401 || status == 403 ? "token and .headers" : "url";
        return status >= 500 || status == 429 || status == 304
                ? "See what its own log says."
                : "Check trainwatch.tenant." + tenant + ".prometheus." + keys + ".";
    }

    private static String reason(Exception thrown) {
        if (thrown instanceof HttpOperationFailedException answer) {
            return "answers " + answer.getStatusCode();
        }
        if (thrown instanceof UnreadableAnswer) {
            return "gives an answer that cannot be used, as " + thrown.getMessage();
        }
        return "does not answer (" + Words.why(thrown) + ")";
    }

    /**
     * One query to one Prometheus: what the exchange on {@code trainwatch-query-prometheus} is about. Jobs whose queries are the same
     * share the answer.
     *
     * @param address where queries go to, such as {@code http://prometheus:9090/api/v1/query}
     * @param query PromQL
     */
    public record Question(String tenant, Figure figure, String address, String query) {}

    /** Whether a Prometheus answers, so that nobody waits for one that does not. Thread-safe. */
    static final class Health {

        /** Between two questions to one that does not answer. */
        static final Duration PAUSE = Duration.ofSeconds(30);

        private boolean failing;
        private boolean slow;
        private Instant nextTryAt = Instant.MIN;

        /** Whether a question may be sent now; while it fails, one each {@link #PAUSE}. */
        synchronized boolean mayAsk(Instant now) {
            if (!failing) {
                return true;
            }
            if (nextTryAt.isAfter(now)) {
                return false;
            }
            nextTryAt = now.plus(PAUSE);
            return true;
        }

        /** Whether an answer is worth waiting for. */
        synchronized boolean isPrompt() {
            return !failing && !slow;
        }

        /** Somebody waited for nothing. */
        synchronized void wasSlow() {
            slow = true;
        }

        synchronized void answered(boolean promptly) {
            failing = false;
            slow = !promptly;
        }

        synchronized void failed(Instant now) {
            failing = true;
            nextTryAt = now.plus(PAUSE);
        }
    }
}
