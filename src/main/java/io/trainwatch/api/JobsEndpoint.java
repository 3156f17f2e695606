package io.trainwatch.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** Has a route add, release, cancel or list jobs as the API does: {@code trainwatch:jobs?operation=cancel}. */
public final class JobsEndpoint extends DefaultEndpoint {

    /** What is done. */
    enum Operation {
        ADD,
        RELEASE,
        CANCEL,
        LIST
    }

    private Operation operation;
    private String job;
    private String reason;
    private String query;

    public JobsEndpoint(String uri, Component component) {
        super(uri, component);
    }

    @Override
    protected void doInit() throws Exception {
        if (operation == null) {
            throw new IllegalArgumentException("the option operation is missing: one of " + operations());
        }
        super.doInit();
    }

    @Override
    public Producer createProducer() {
        return new JobsProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "trainwatch:jobs takes messages; a route begins with trainwatch:events");
    }

    private static List<String> operations() {
        return Arrays.stream(Operation.values())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    Operation operation() {
        return operation;
    }

    public void setOperation(String operation) {
        if (!operations().contains(operation)) {
            throw new IllegalArgumentException("'" + operation + "' is none of the operations " + operations());
        }
        this.operation = Operation.valueOf(operation.toUpperCase(Locale.ROOT));
    }

    /** {@code null} where the header says so. */
    String job() {
        return job;
    }

    public void setJob(String job) {
        this.job = job;
    }

    /** {@code null} where the header says so. */
    String reason() {
        return reason;
    }

    public void setReason(String reason) {
        this.reason = reason;
    }

    /** {@code null} where the header says so. */
    String query() {
        return query;
    }

    public void setQuery(String query) {
        this.query = query;
    }
}
