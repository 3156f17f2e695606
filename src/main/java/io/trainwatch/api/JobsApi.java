package io.trainwatch.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.errors.BadInput;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.job.JobKey;
import io.trainwatch.optional.discovery.WatchRequest;
import io.trainwatch.watch.WatchList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;

/** Puts jobs on the watch list and takes them off it, for callers of the API. Thread-safe. */
public final class JobsApi {

    private static final String SOURCE = "the API";
    private static final String REQUESTS = "changing the watch list by the API";
    private static final int MAX_JOBS = 1_000;

    private final WatchList watchList;
    private final Set<String> tenants;
    private final RepeatedFaults faults;
    private final ObjectMapper mapper = new ObjectMapper();

    /** @param tenants the aliases that are configured */
    public JobsApi(WatchList watchList, Set<String> tenants, RepeatedFaults faults) {
        this.watchList = watchList;
        this.tenants = Set.copyOf(tenants);
        this.faults = faults;
    }

    /** 201 with the jobs that are watched from now on, 200 where all were watched before. */
    public void add(Message message, @Body WatchRequest request) {
        List<JobKey> jobs = request.keys(tenants);
        if (jobs.size() > MAX_JOBS) {
            throw new IllegalArgumentException(
                    "names " + jobs.size() + " jobs, and " + MAX_JOBS + " is the most in one request: send several");
        }
        int added = watchList.add(jobs, SOURCE, request.ownPolicy());
        faults.works(REQUESTS);
        ObjectNode answer = mapper.createObjectNode().put("added", added);
        ArrayNode ids = answer.putArray("jobs");
        jobs.forEach(job -> ids.add(job.toString()));
        JsonAnswer.send(message, added > 0 ? 201 : 200, answer);
    }

    /** 200 where the job is no longer watched, 404 where it was not. */
    public void remove(
            Message message,
            @Header("tenant") String tenant,
            @Header("project") String project,
            @Header("job") String job) {
        JobKey key = new JobKey(tenant, project, job);
        boolean removed = watchList.remove(key, SOURCE);
        JsonAnswer.send(
                message,
                removed ? 200 : 404,
                mapper.createObjectNode().put("job", key.toString()).put("removed", removed));
    }

    /** 400 with the reason where the request is to blame, else 503: it may be repeated. */
    public void refuse(Exchange exchange) {
        Exception thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Optional<String> reason = BadInput.reason(thrown);
        if (reason.isEmpty()) {
            faults.happened(REQUESTS, thrown);
        }
        JsonAnswer.send(
                exchange.getMessage(),
                reason.isPresent() ? 400 : 503,
                mapper.createObjectNode()
                        .put("error", reason.orElse("Trainwatch cannot do this at the moment; its log says why.")));
    }
}
