package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the service would show in its log at the default level, from now on. */
public final class LogLines implements AutoCloseable {

    private static final int MAX_A_MINUTE = 10;
    private static final String SILENT = "com.zaxxer.hikari";

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    private LogLines() {
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        root.addAppender(appender);
    }

    public static LogLines listen() {
        return new LogLines();
    }

    public List<String> all() {
        return shown().stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** Those that are no transition of a job: of faults, and all from WARN on. */
    public List<String> ofFaults() {
        return faults().stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** No trace, no name of a class, and at most ten lines of faults a minute, whatever fails. */
    public void assertFew() {
        assertThat(shown()).allSatisfy(line -> {
            assertThat(line.getThrowableProxy()).as(line.getFormattedMessage()).isNull();
            assertThat(line.getFormattedMessage())
                    .doesNotContainPattern("[A-Z][a-z]\\w*(Exception|Error)\\b")
                    .doesNotContainPattern("\\b(java|javax|org|com|io)\\.[a-z]+\\.[\\w.]*[A-Z]");
        });
        Map<Long, Integer> byMinute = new TreeMap<>();
        List<ILoggingEvent> faults = faults();
        for (ILoggingEvent line : faults) {
            byMinute.merge((line.getTimeStamp() - faults.get(0).getTimeStamp()) / 60_000, 1, Integer::sum);
        }
        assertThat(byMinute.values()).as("%s", ofFaults()).allMatch(lines -> lines <= MAX_A_MINUTE);
    }

    private List<ILoggingEvent> shown() {
        return List.copyOf(appender.list).stream()
                .filter(line -> line.getLevel()
                        .isGreaterOrEqual(
                                line.getLoggerName().startsWith("io.trainwatch")
                                        ? Level.INFO
                                        : line.getLoggerName().startsWith(SILENT) ? Level.ERROR : Level.WARN))
                .toList();
    }

    private List<ILoggingEvent> faults() {
        return shown().stream()
                .filter(line -> line.getLoggerName().equals("io.trainwatch.faults")
                        || line.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
    }

    @Override
    public void close() {
        root.detachAppender(appender);
    }
}
