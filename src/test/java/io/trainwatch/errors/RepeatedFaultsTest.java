package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.SocketException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RepeatedFaultsTest {

    private static final RuntimeException AWAY = new IllegalStateException(
            new SQLException("An I/O error occurred", "08006", new SocketException("Connection reset")));

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.trainwatch.faults");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private long nanos;
    private final RepeatedFaults faults = new RepeatedFaults(() -> nanos);

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(logged);
    }

    @Test
    void aFaultIsOneLineWhenItBeginsOneAMinuteAndOneWhenItEnds() {
        for (int tick = 0; tick < 1_500; tick++) {
            faults.happened("route poll", new IllegalStateException("no"));
            pass(Duration.ofMillis(100));
        }
        assertThat(lines())
                .containsExactly(
                        "route poll fails: A fault in Trainwatch or in a route of your own: no",
                        "route poll still fails, since 60 s and 601 times by now:"
                                + " A fault in Trainwatch or in a route of your own: no",
                        "route poll still fails, since 120 s and 1201 times by now:"
                                + " A fault in Trainwatch or in a route of your own: no");
        faults.works("route other");
        faults.works("route poll");
        pass(Duration.ofSeconds(15));
        faults.works("route poll");
        faults.works("route poll");
        assertThat(lines()).hasSize(4).last().isEqualTo("route poll works again; it failed 1500 times within 149 s");
    }

    @Test
    void aFaultThatComesAndGoesIsOne() {
        for (int tick = 0; tick < 500; tick++) {
            faults.happened("route poll", "no");
            faults.works("route poll");
            pass(Duration.ofMillis(100));
        }
        assertThat(lines()).hasSize(1);
    }

    @Test
    void whatManyMeetIsOneFaultAndTheLinesCountThem() {
        for (int job = 0; job < 1_000; job++) {
            faults.warn("looking at jobs of acme", "job-" + job, "job-" + job + ": 503");
        }
        pass(Duration.ofSeconds(61));
        faults.works("route poll");
        faults.works("route poll");
        assertThat(lines())
                .as("also where nothing more fails after the first minute")
                .containsExactly(
                        "looking at jobs of acme fails: job-0: 503",
                        "looking at jobs of acme still fails, since 61 s and 1000 times by now, for 1000 of them, the"
                                + " latest: job-999: 503");
        faults.works("job-7");
        assertThat(lines()).last().isEqualTo("looking at jobs of acme works again; it failed 1000 times within 0 s");
        assertThat(logged.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.WARN, Level.INFO);
    }

    @Test
    void whatComesAndGoesAsItLikesIsAtMostTenLinesAMinute() {
        for (int second = 0; second < 600; second++) {
            if (second % 16 == 0) {
                faults.warn("what", "who", "no");
            } else {
                faults.works("who");
            }
            pass(Duration.ofSeconds(1));
        }
        assertThat(lines()).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void whatStaysUntilAPersonSeesToItIsSaidOnceAndWhenItIsOver() {
        for (int second = 0; second < 600; second++) {
            faults.once("the list", "p1", "the oldest comes first");
            pass(Duration.ofSeconds(1));
        }
        pass(Duration.ofSeconds(20));
        faults.works("p1");
        assertThat(lines())
                .containsExactly(
                        "the list fails: the oldest comes first",
                        "the list works again; it failed 600 times within 599 s");
    }

    @Test
    void whatHappenedLongAgoIsAnother() {
        faults.warn("what", "who", "no");
        pass(Duration.ofMinutes(16));
        faults.warn("what", "who", "no");
        assertThat(lines()).containsExactly("what fails: no", "what fails: no");
    }

    @Test
    void thatTheStoreIsAwayIsOneFaultWhoeverMeetsItAndHasNoTrace() {
        faults.happened("route poll", AWAY);
        faults.happened("route leases", AWAY);
        pass(Duration.ofSeconds(20));
        faults.works("route that needs no store");
        assertThat(lines())
                .containsExactly("the store fails: the store could not be used: An I/O error occurred; check"
                        + " trainwatch.store.url, its server and the network");
        assertThat(logged.list.get(0).getThrowableProxy()).isNull();
        faults.works("route leases");
        assertThat(lines()).hasSize(2);
    }

    @Test
    void whatNobodyExpectsIsLoggedWithItsTraceOnce() {
        faults.happened("route poll", new NullPointerException());
        faults.happened("route poll", new NullPointerException());
        assertThat(logged.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getThrowableProxy()).isNotNull());
    }

    @Test
    void anAddressThatMayHoldASecretIsNotShown() {
        faults.happened("route poll", new IllegalStateException("no endpoint: https://hooks.example/s3cret"));
        assertThat(lines()).singleElement().asString().doesNotContain("s3cret");
        assertThat(logged.list.get(0).getThrowableProxy()).isNull();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private List<String> lines() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void whatWentWrongIsSaidAndNotTheStatement() {
        BatchUpdateException batch =
                new BatchUpdateException("Batch entry 0 update job set … was aborted", "40001", 0, new int[0]);
        batch.setNextException(new SQLException("could not serialize access", "40001"));
        assertThat(Words.of(batch)).isEqualTo("the store could not be used: could not serialize access");
    }

    @Test
    void aPreparedStatementThatIsOnAnotherConnectionOfAPoolerIsSaidWithTheParameterToSet() {
        assertThat(Words.of(new SQLException("prepared statement \"S_1\" does not exist", "26000")))
                .isEqualTo("the store could not be used: prepared statement \"S_1\" does not exist;"
                        + " behind PgBouncer in transaction mode, add prepareThreshold=0 to trainwatch.store.url");
    }
}
