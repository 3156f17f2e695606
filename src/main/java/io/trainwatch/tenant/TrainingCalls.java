package io.trainwatch.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.trainwatch.job.StatusReader;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.job.TrainingRequest.ListedTraining;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** What routes ask of tenants to start a training, and how they read the answers. Thread-safe. */
public final class TrainingCalls {

    private final Map<String, TrainingStarts> byTenant;

    /** @param byTenant those whose API starts trainings */
    TrainingCalls(Map<String, TrainingStarts> byTenant) {
        this.byTenant = Map.copyOf(byTenant);
    }

    /** Whether such a tenant starts trainings. */
    public static boolean areOfferedBy(TenantSettings tenant) {
        return TenantApi.of(tenant).trainings().isPresent();
    }

    /** The request that starts the training. */
    public TenantRequest start(@Variable("training") TrainingRequest training) {
        TrainingStarts starts = of(training);
        return new TenantRequest("POST", starts.path(training), null, starts.body(training));
    }

    /** The id of the job that the answer tells of; {@code null} where the answer cannot be read. */
    public String created(@Variable("training") TrainingRequest training, @Body byte[] answer) {
        try {
            JsonNode read = StatusReader.shared().mapper().readTree(answer);
            return of(training).created(read).orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    /** The request for the latest jobs of the project. */
    public TenantRequest latest(@Variable("training") TrainingRequest training) {
        return of(training).latest(training);
    }

    /** The jobs of a page that may be the training, the latest first. */
    public List<ListedTraining> matches(@Variable("training") TrainingRequest training, @Body TaskPage page) {
        TrainingStarts api = of(training);
        return page.items().stream()
                .flatMap(item -> api.match(training, item).stream())
                .toList();
    }

    /** Begins to look for the project of the training's flow. */
    public FlowSearch search(@Variable("training") TrainingRequest training) {
        return new FlowSearch(of(training), training.flow());
    }

    /** Takes a page that a search asked for. */
    public void searched(@Variable("search") FlowSearch search, @Body TaskPage page) {
        search.take(page.ids());
    }

    private TrainingStarts of(TrainingRequest training) {
        TrainingStarts api = byTenant.get(training.tenant());
        if (api == null) {
            throw new IllegalStateException("Tenant " + training.tenant() + " starts no trainings");
        }
        return api;
    }
}
