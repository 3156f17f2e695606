package io.trainwatch.optional.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus.TrainedFlow;
import io.trainwatch.job.TenantTime;
import io.trainwatch.rules.Decision;
import io.trainwatch.tenant.TenantRequest;
import io.trainwatch.tenant.Tenants;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.Processor;
import org.apache.camel.Variable;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.spi.ExceptionHandler;

/**
 * Adds to the end of a training how good it turned out, which the {@code tasks} API tells of the trained flow alone.
 *
 * <p>It is asked once, before the end is committed with its event: afterwards the event's bytes are fixed. An event never
 * waits for it longer than the route allows, and goes out without the figures where they cannot be had. A tenant that
 * did not answer, or took long, is not asked for a minute: a list may tell of many ends, which would wait one by one.
 * Thread-safe.
 */
public final class Reports {

    /** An answer that takes longer is not worth waiting for again. */
    private static final Duration LONG = Duration.ofSeconds(2);

    /** Times of a flow are whole seconds. */
    private static final Duration ROUNDING = Duration.ofSeconds(1);

    private static final String BEGUN = "reportBegun";
    private static final String FINISHED = "finished";
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Map<String, Instant> pausedUntil = new ConcurrentHashMap<>();
    private final Tenants tenants;
    private final ObjectMapper mapper;
    private final Processor countCall;
    private final RepeatedFaults faults;
    private final InstantSource clock;

    /**
     * @param countCall takes a call from the tenant's budget
     * @param clock one that nobody sets
     */
    public Reports(
            Tenants tenants, ObjectMapper mapper, Processor countCall, RepeatedFaults faults, InstantSource clock) {
        this.tenants = tenants;
        this.mapper = mapper;
        this.countCall = countCall;
        this.faults = faults;
        this.clock = clock;
    }

    /** Whether there may be a report: of a training that ended well, and whose flow is known. */
    public boolean isWanted(@Variable("job") JobKey job, @Body Decision.Finished decision) {
        if (!decision.isSuccess() || tenants.reportPath(job, decision.status()).isEmpty()) {
            return false;
        }
        if (pausedUntil.getOrDefault(job.tenant(), Instant.MIN).isAfter(clock.instant())) {
            tellMissing(job, "the tenant was slow to tell of another flow a moment ago");
            return false;
        }
        return true;
    }

    /** Says that the report is asked for now, and keeps the decision in the variable {@code finished} meanwhile. */
    public void begin(Exchange exchange, @Body Decision.Finished decision) {
        // What failed earlier in the look was overcome, and says nothing of the report.
        exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
        exchange.setVariable(BEGUN, System.nanoTime());
        exchange.setVariable(FINISHED, decision);
    }

    /** The request for the report, taken from the tenant's budget of requests. */
    public TenantRequest request(
            Exchange exchange, @Variable("job") JobKey job, @Variable(FINISHED) Decision.Finished decision)
            throws Exception {
        countCall.process(exchange);
        return TenantRequest.get(tenants.reportPath(job, decision.status()).orElseThrow(), null);
    }

    /** Goes on with the decision: with the figures of the answer, or without. */
    public void add(Exchange exchange, @Variable("job") JobKey job, @Variable(FINISHED) Decision.Finished decision) {
        Decision.Finished reported = decision;
        try {
            reported = decision.with(read(exchange, decision.status().trained()));
            faults.works(asking(job));
        } catch (MissingReport e) {
            tellMissing(job, e.getMessage());
        }
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        long begun = exchange.getVariable(BEGUN, Long.class);
        boolean slow = System.nanoTime() - begun > LONG.toNanos();
        if (slow || isOfTenant(failure)) {
            pausedUntil.put(job.tenant(), clock.instant().plus(PAUSE));
        }
        exchange.getMessage().setBody(reported);
    }

    private Map<String, Double> read(Exchange exchange, TrainedFlow training) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (failure != null) {
            throw new MissingReport(reason(failure));
        }
        try {
            byte[] document = exchange.getMessage().getBody(byte[].class);
            return figures(mapper.readTree(document == null ? new byte[0] : document), training);
        } catch (JsonProcessingException e) {
            throw new MissingReport("the answer about the flow is no JSON that can be used");
        } catch (IOException e) {
            throw new MissingReport("the answer about the flow could not be read");
        }
    }

    /**
     * The figures of the {@code feedbackReport} of a flow, by the names that events carry. What it holds otherwise is not
     * published, so all of it may be missing; what is there must be a number.
     *
     * @param training the training that ended
     * @throws MissingReport where the flow has no report, or one of an earlier training
     */
    private static Map<String, Double> figures(JsonNode flow, TrainedFlow training) {
        JsonNode report = flow.path("feedbackReport");
        if (!report.isObject()) {
            throw new MissingReport("the flow " + training.flow() + " has no feedbackReport");
        }
        Instant trainedAt = time(flow.path("lastTrainedAt"));
        if (training.since() != null
                && trainedAt != null
                && trainedAt.plus(ROUNDING).isBefore(training.since())) {
            throw new MissingReport("the report of the flow " + training.flow() + " is of a training before this one");
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        put(figures, "accuracy", report.path("info").path("accuracy"));
        put(figures, "f_score", report.path("info").path("fScore"));
        JsonNode findings = report.path("findings");
        if (findings.isArray()) {
            figures.put("findings", (double) findings.size());
        } else if (findings.isIntegralNumber() && findings.canConvertToInt() && findings.intValue() >= 0) {
            figures.put("findings", findings.doubleValue());
        }
        if (figures.isEmpty()) {
            throw new MissingReport("the report of the flow " + training.flow() + " holds no figures");
        }
        return figures;
    }

    private static void put(Map<String, Double> figures, String name, JsonNode node) {
        if (node.isNumber() && Double.isFinite(node.doubleValue())) {
            figures.put(name, node.doubleValue());
        }
    }

    /** {@code null} for what is no time. */
    private static Instant time(JsonNode node) {
        try {
            if (node.isNumber()) {
                return TenantTime.ofUnix(node.doubleValue());
            }
            return node.isTextual() ? TenantTime.parse(node.textValue()) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private void tellMissing(JobKey job, String why) {
        faults.warn(asking(job), asking(job), "the event of " + job + " goes out without accuracy and F score: " + why);
    }

    private static String asking(JobKey job) {
        return "asking " + job.tenant() + " about trained flows";
    }

    /** Whether asking about other flows would fare no better. */
    private static boolean isOfTenant(Exception failure) {
        return failure instanceof HttpOperationFailedException answer
                ? answer.getStatusCode() == 429 || answer.getStatusCode() >= 500
                : failure != null;
    }

    private static String reason(Exception thrown) {
        if (thrown instanceof HttpOperationFailedException answer) {
            return "the tenant answered " + answer.getStatusCode() + " when asked about the flow";
        }
        if (thrown instanceof ExchangeTimedOutException) {
            return "the tenant did not tell of the flow in time";
        }
        return "the tenant did not tell of the flow (" + Words.why(thrown) + ")";
    }

    /** There is no report of this training. The message says why, for people. */
    private static final class MissingReport extends RuntimeException {

        MissingReport(String message) {
            super(message);
        }
    }

    /** Says nothing of a failure on the thread that asks for a report: whoever waits for the report gets it, and tells of it. */
    static final class Failures implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            // As the class says.
        }

        @Override
        public void handleException(String message, Throwable exception) {
            // As the class says.
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            // As the class says.
        }
    }
}
