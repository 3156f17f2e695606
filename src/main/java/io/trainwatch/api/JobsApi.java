package io.trainwatch.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.discovery.WatchRequest;
import io.trainwatch.optional.history.StoredHistory;
import io.trainwatch.rules.Policies;
import io.trainwatch.rules.PolicyFiles;
import io.trainwatch.rules.PolicyInForce;
import io.trainwatch.store.Store;
import io.trainwatch.watch.JobQuery;
import io.trainwatch.watch.JobView;
import io.trainwatch.watch.OrderedCancels;
import io.trainwatch.watch.Stage;
import io.trainwatch.watch.WatchList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What the API says of jobs, and does about them. Thread-safe. */
public final class JobsApi {

    private static final String SOURCE = "the API";
    private static final String REQUESTS = "answering requests to the API";
    private static final int MAX_JOBS = 1_000;
    private static final int MAX_SAMPLES = 5_000;
    private static final int USUAL_SAMPLES = 1_000;
    private static final int MAX_RECENT = 100;

    private final WatchList watchList;
    private final OrderedCancels orderedCancels;
    private final Set<String> tenants;
    private final Policies policies;
    private final PolicyFiles policyFiles;
    private final Store store;
    private final Explanations explanations;
    private final RepeatedFaults faults;
    private final ObjectMapper mapper = new ObjectMapper();

    /** @param tenants the aliases that are configured */
    public JobsApi(
            WatchList watchList,
            OrderedCancels orderedCancels,
            Set<String> tenants,
            Policies policies,
            PolicyFiles policyFiles,
            Store store,
            Explanations explanations,
            RepeatedFaults faults) {
        this.watchList = watchList;
        this.orderedCancels = orderedCancels;
        this.tenants = Set.copyOf(tenants);
        this.policies = policies;
        this.policyFiles = policyFiles;
        this.store = store;
        this.explanations = explanations;
        this.faults = faults;
    }

    Api.Answer list(ApiRequest request) {
        JobQuery.Page page = watchList.page(new JobQuery(
                request.text("tenant"),
                request.text("project"),
                request.choice("state", TrainingState.class),
                request.choice("stage", Stage.class),
                request.text("text"),
                request.flag("trouble"),
                request.choice("sort", List.of("latest", "trouble"), "latest").equals("trouble"),
                request.number("limit", 1, MAX_JOBS, MAX_JOBS),
                request.find("after", JobQuery.Place::parse)));
        int samples = request.number("samples", 0, MAX_RECENT, 0);
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (JobView view : page.jobs()) {
            ObjectNode node = JobJson.job(view, policy(view));
            if (samples > 0) {
                node.set(
                        "recent",
                        JobJson.looks(
                                StoredHistory.latest(
                                        store, view.job().id(), view.job().epoch(), samples),
                                false));
            }
            all.add(node);
        }
        faults.works(REQUESTS);
        return new Api.Answer(all, page.next().map(JobQuery.Place::toString));
    }

    /** One job, or what its path names of it. */
    JsonNode read(ApiRequest request) {
        JobKey key = request.job();
        List<String> path = request.path();
        String part = path.size() == 4 ? "" : path.get(4);
        return switch (part) {
            case "" -> detail(known(key));
            case "explanation" -> explanations.of(key);
            case "samples" -> {
                JobView view = known(key);
                int most = request.number("limit", 1, MAX_SAMPLES, USUAL_SAMPLES);
                yield JobJson.looks(
                        StoredHistory.latest(store, view.job().id(), view.job().epoch(), most), true);
            }
            default -> throw Refused.nothingHere();
        };
    }

    private ObjectNode detail(JobView view) {
        PolicyInForce policy = policy(view);
        if (view.job().policy() != null) {
            return JobJson.detail(view, policy, "job", null);
        }
        return policyFiles.inForce().stream()
                .filter(each -> each.policy().hash().equals(policy.hash()))
                .findFirst()
                .map(each -> JobJson.detail(view, policy, each.source(), each.since()))
                .orElseGet(() -> JobJson.detail(view, policy, policy.name(), null));
    }

    private PolicyInForce policy(JobView view) {
        return policies.of(view.job().key(), view.job().policy());
    }

    private JobView known(JobKey key) {
        return watchList.view(key).orElseThrow(() -> new Refused(404, key + " is not on the watch list."));
    }

    void act(Message message, ApiRequest request) {
        JobKey key = request.job();
        switch (request.path().size() == 4 ? "" : request.path().get(4)) {
            case "" -> remove(message, key, request.source(SOURCE));
            case "release" ->
                remove(
                        message,
                        key,
                        SOURCE + " (" + request.by() + "): " + request.act().reason());
            case "cancel" -> cancel(message, key, request);
            case "exempt" -> exempt(message, key, request);
            default -> throw Refused.nothingHere();
        }
    }

    private void cancel(Message message, JobKey key, ApiRequest request) {
        ApiRequest.Act act = request.act();
        if (orderedCancels
                .cancel(List.of(key.toString()), request.by(), act.reason())
                .isEmpty()) {
            throw notWatched(known(key), "is being cancelled already");
        }
        JsonAnswer.send(
                message,
                202,
                mapper.createObjectNode().put("job", key.toString()).put("ordered", true));
    }

    private static Refused notWatched(JobView view, String otherwise) {
        String job = view.job().id();
        return new Refused(
                409,
                switch (view.job().phase()) {
                    case ENDED -> job + " has ended: " + view.job().state() + ".";
                    case UNWATCHED -> job + " was released, and is not watched any more.";
                    case WATCHING, STOPPING -> job + " " + otherwise + ".";
                });
    }

    private void exempt(Message message, JobKey key, ApiRequest request) {
        ApiRequest.Act act = request.act();
        boolean wanted = !Boolean.FALSE.equals(act.exempt());
        boolean changed = watchList.exempt(key, request.by(), act.reason(), wanted);
        JobView view = known(key);
        if (!view.stage().isWatched()) {
            throw notWatched(view, "");
        }
        JsonAnswer.send(
                message,
                200,
                mapper.createObjectNode()
                        .put("job", key.toString())
                        .put("exempt", wanted)
                        .put("changed", changed));
    }

    /** 201 with the jobs that are watched from now on, 200 where all were watched before. */
    public void add(Message message, @Body WatchRequest request) {
        List<JobKey> jobs = request.keys(tenants);
        if (jobs.size() > MAX_JOBS) {
            throw new IllegalArgumentException(
                    "names " + jobs.size() + " jobs, and " + MAX_JOBS + " is the most in one request: send several");
        }
        int added = watchList.add(jobs, new ApiRequest(message).source(SOURCE), request.ownPolicy());
        faults.works(REQUESTS);
        ObjectNode answer = mapper.createObjectNode().put("added", added);
        ArrayNode ids = answer.putArray("jobs");
        jobs.forEach(job -> ids.add(job.toString()));
        JsonAnswer.send(message, added > 0 ? 201 : 200, answer);
    }

    /** 200 where the job is no longer watched, 404 where it was not. */
    private void remove(Message message, JobKey key, String source) {
        boolean removed = watchList.remove(key, source);
        JsonAnswer.send(
                message,
                removed ? 200 : 404,
                mapper.createObjectNode().put("job", key.toString()).put("removed", removed));
    }

    /** What the request is to blame for is answered as that, else 503: it may be repeated. */
    public void refuse(Exchange exchange) {
        Exception thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        int status = 503;
        String words = "Trainwatch cannot do this at the moment; its log says why.";
        Optional<String> reason = Words.ofInput(thrown);
        if (thrown instanceof Refused refused) {
            status = refused.status();
            words = refused.getMessage();
        } else if (reason.isPresent()) {
            status = 400;
            words = reason.get();
        } else {
            faults.happened(REQUESTS, thrown);
        }
        JsonAnswer.send(exchange.getMessage(), status, mapper.createObjectNode().put("error", words));
    }
}
