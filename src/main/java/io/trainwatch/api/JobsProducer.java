package io.trainwatch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.api.JobsEndpoint.Operation;
import io.trainwatch.job.JobKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Sends what a route asks for through the routes of the API, so that nothing is let through that the API refuses. The body
 * becomes the JSON that comes back; what is refused is thrown as {@link Refused}.
 */
final class JobsProducer extends DefaultProducer {

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
        return endpoint.operation() == Operation.ADD ? "direct:trainwatch-add-jobs" : "direct:trainwatch-serve-request";
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
                message.setBody(mapper.createObjectNode().put("reason", reason).toString());
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
