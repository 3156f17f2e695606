package io.trainwatch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.api.JobsEndpoint.Operation;
import io.trainwatch.job.JobKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.service.ServiceHelper;

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

    /**
     * Sends what a route asks for through the routes of the API, so that nothing is let through that the API refuses. The body
     * becomes the JSON that comes back; what is refused is thrown as {@link Refused}.
     */
    static final class JobsProducer extends DefaultProducer {

        private final JobsEndpoint endpoint;
        private final ObjectMapper mapper = new ObjectMapper();
        private ProducerTemplate template;

        JobsProducer(JobsEndpoint endpoint) {
            super(endpoint);
            this.endpoint = endpoint;
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            Message asked = exchange.getMessage();
            Exchange request = template.send(uri(), request(exchange, asked));
            if (request.getException() != null) {
                throw request.getException();
            }
            Message answer = request.getMessage();
            String json = answer.getBody(String.class);
            JsonNode error = mapper.readTree(json).get("error");
            if (error != null) {
                throw new Refused(answer.getHeader(Exchange.HTTP_RESPONSE_CODE, 503, Integer.class), error.asText());
            }
            asked.setBody(json);
            String next = answer.getHeader("Link", "", String.class);
            asked.setHeader("trainwatch-next", next.isEmpty() ? null : next.replaceFirst("<\\?(.*)>.*", "$1"));
        }

        private String uri() {
            return endpoint.operation() == Operation.ADD
                    ? "direct:trainwatch-add-jobs"
                    : "direct:trainwatch-serve-request";
        }

        private Exchange request(Exchange exchange, Message asked) throws JsonProcessingException {
            Exchange request = endpoint.createExchange(ExchangePattern.InOut);
            Caller.route(exchange.getFromRouteId()).putInto(request);
            Message message = request.getMessage();
            String reason = given(endpoint.reason(), asked, "trainwatch-reason");
            switch (endpoint.operation()) {
                case ADD -> {
                    message.setBody(jobs(asked.getBody()));
                    if (reason != null) {
                        message.setHeader(
                                Exchange.HTTP_QUERY, "reason=" + URLEncoder.encode(reason, StandardCharsets.UTF_8));
                    }
                }
                case LIST -> {
                    message.setHeader(Exchange.HTTP_METHOD, "GET");
                    message.setHeader(Exchange.HTTP_PATH, base() + "/jobs");
                    message.setHeader(Exchange.HTTP_QUERY, given(endpoint.query(), asked, "trainwatch-query"));
                }
                case RELEASE, CANCEL -> {
                    message.setHeader(Exchange.HTTP_METHOD, "POST");
                    message.setHeader(Exchange.HTTP_PATH, base() + "/jobs/" + path(asked));
                    message.setBody(
                            mapper.createObjectNode().put("reason", reason).toString());
                }
            }
            return request;
        }

        /** The body as JSON; a list names the jobs. */
        private Object jobs(Object body) throws JsonProcessingException {
            if (body instanceof Collection<?> names) {
                return mapper.writeValueAsBytes(Map.of("jobs", names));
            }
            return body instanceof Map<?, ?> ? mapper.writeValueAsBytes(body) : body;
        }

        private String path(Message asked) {
            String job = given(endpoint.job(), asked, "trainwatch-job");
            if (job == null) {
                throw new IllegalArgumentException(
                        "no job is named: give the option job, or the header trainwatch-job, such as acme:project/job");
            }
            JobKey key = JobKey.parse(job, null);
            return key.tenant() + "/" + key.project() + "/" + key.job() + "/"
                    + endpoint.operation().name().toLowerCase(Locale.ROOT);
        }

        private static String given(String option, Message asked, String header) {
            return option == null ? asked.getHeader(header, String.class) : option;
        }

        private String base() {
            return api().base();
        }

        private Api api() {
            Api api = endpoint.getCamelContext().getRegistry().lookupByNameAndType("trainwatchApi", Api.class);
            if (api == null) {
                throw new IllegalStateException("Trainwatch is not configured here, or switched off");
            }
            return api;
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            template = endpoint.getCamelContext().createProducerTemplate();
        }

        @Override
        protected void doStop() throws Exception {
            ServiceHelper.stopService(template);
            super.doStop();
        }
    }
}
