package io.trainwatch.optional.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.conventions.Situation;
import io.trainwatch.errors.LogLines;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.optional.prometheus.Figures.Question;
import io.trainwatch.optional.prometheus.PrometheusSettings.Figure;
import io.trainwatch.optional.prometheus.Series.BadQuery;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class FiguresTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Logger log = (Logger) LoggerFactory.getLogger("io.trainwatch.faults");
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private long nanos;
    private final Figures figures = new Figures(
            Settings.read(
                            TrainwatchSettings.SCHEMA,
                            Sources.of(Map.of(
                                    "trainwatch.tenant.acme.base-url", "http://tenant",
                                    "trainwatch.tenant.acme.prometheus.url", "http://prometheus",
                                    "trainwatch.tenant.acme.prometheus.token", "t0ken",
                                    "trainwatch.tenant.acme.prometheus.headers",
                                            "X-Scope-OrgID: ml; authorization: Basic abc",
                                    "trainwatch.tenant.acme.prometheus.cpu-query", "up")),
                            "",
                            Map.of())
                    .get(PrometheusSettings.SOURCES),
            MAPPER,
            new RepeatedFaults(() -> nanos),
            () -> NOW,
            () -> NOW);
    private final Question question = new Question("acme", Figure.CPU, "http://prometheus/api/v1/query", "up");

    @BeforeEach
    void listen() {
        said.start();
        log.addAppender(said);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(said);
    }

    @Situation(
            of = Situation.Of.PROMETHEUS,
            when = "A query gives a matrix, a histogram, or a text",
            then = "That query is complained of once; the others go on")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1,\"2\"]]}]}",
                "{\"resultType\":\"matrix\",\"result\":[]}",
                "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"histogram\":[1,{\"count\":\"2\"}]}]}",
                "{\"resultType\":\"string\",\"result\":[1,\"text\"]}",
            })
    void aQueryThatGivesNoNumberIsToBlameAndNotThePrometheus(String data) {
        byte[] body = answer(data);
        assertThatThrownBy(() -> figures.answered(question, body)).isInstanceOf(BadQuery.class);
        assertThat(Figures.problemOf(MAPPER, body)).isPresent();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            for (int i = 0; i < 3; i++) {
                exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new BadQuery("it gives something"));
                figures.failed(exchange, question);
            }
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        assertThat(lines())
                .singleElement()
                .asString()
                .contains("trainwatch.tenant.acme.prometheus.cpu-query", "it gives something");
    }

    @Situation(of = Situation.Of.PROMETHEUS, when = "Its clock is 3 minutes off", then = "One line says so")
    @Test
    void aClockThatIsOffIsSaidOnce() {
        figures.answered(question, answer(vector(NOW.minusSeconds(180))));
        figures.answered(question, answer(vector(NOW.minusSeconds(181))));
        assertThat(lines()).singleElement().asString().contains("180 s behind", "acme");
        nanos += Duration.ofSeconds(20).toNanos();
        figures.answered(question, answer(vector(NOW.plusSeconds(5))));
        figures.answered(question, answer(vector(NOW.plusSeconds(180))));
        assertThat(lines()).hasSize(3);
    }

    @Situation(
            of = Situation.Of.PROMETHEUS,
            when = "It cannot be reached",
            then = "A line when it begins, one a minute, and one when it ends")
    @Test
    void aPrometheusThatCannotBeReachedIsALineAMinuteAndNoTrace() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext();
                LogLines log = LogLines.listen()) {
            Exchange exchange = new DefaultExchange(context);
            exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new ConnectException("Connection refused"));
            for (int second = 0; second < 90; second++) {
                figures.failed(exchange, question);
                nanos += Duration.ofSeconds(1).toNanos();
            }
            figures.answered(question, answer(vector(NOW)));
            nanos += Duration.ofSeconds(20).toNanos();
            figures.answered(question, answer(vector(NOW)));
            log.assertFew();
        }
        assertThat(lines()).hasSize(3);
        assertThat(lines().get(0))
                .isEqualTo("The Prometheus of tenant acme fails: it does not answer (nothing listens there: connection"
                        + " refused), and its figures are missing. It is asked again every 30 s. Check"
                        + " trainwatch.tenant.acme.prometheus.url.");
        assertThat(lines().get(1))
                .startsWith("The Prometheus of tenant acme still fails, since 60 s and 61 times by now: ");
        assertThat(lines().get(2)).startsWith("The Prometheus of tenant acme works again; ");
    }

    @Situation(
            of = Situation.Of.PROMETHEUS,
            when = "It wants `X-Scope-OrgID`, or a user by Basic",
            then = "`.prometheus.headers` are sent")
    @Test
    void itsHeadersAreSentAndWinOverTheToken() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            figures.authorize(exchange, question);
            assertThat(exchange.getMessage().getHeaders())
                    .containsEntry("X-Scope-OrgID", "ml")
                    .containsEntry("Authorization", "Basic abc");
        }
    }

    private List<String> lines() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static String vector(Instant at) {
        return "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[" + at.getEpochSecond() + ",\"1\"]}]}";
    }

    private static byte[] answer(String data) {
        return ("{\"status\":\"success\",\"data\":" + data + "}").getBytes(StandardCharsets.UTF_8);
    }
}
