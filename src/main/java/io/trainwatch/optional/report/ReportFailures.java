package io.trainwatch.optional.report;

import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;

/** Says nothing of a failure on the thread that asks for a report: whoever waits for the report gets it, and tells of it. */
public final class ReportFailures implements ExceptionHandler {

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
