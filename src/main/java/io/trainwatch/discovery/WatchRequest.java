package io.trainwatch.discovery;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.policies.OwnPolicy;
import io.trainwatch.status.JobKey;
import io.trainwatch.status.StatusJson;
import jakarta.validation.constraints.AssertTrue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Asks for jobs to be watched: the content of a dropped file, and the body of a {@code POST /api/jobs}.
 *
 * @param jobs each {@code [tenant:]project/job}
 * @param tenant an alias; may be left out where there is one tenant
 * @param project with {@code job}, one more job
 * @param policy one of these jobs' own
 */
public record WatchRequest(List<String> jobs, String tenant, String project, String job, JsonNode policy) {

    @AssertTrue(
            message =
                    "names no job: write {\"tenant\": …, \"project\": …, \"job\": …}, or {\"jobs\": [\"tenant:project/job\", …]}")
    boolean isNamingJobs() {
        return project != null && job != null || jobs != null && !jobs.isEmpty();
    }

    /** How it is read: as documents from tenants are, but that unknown fields are refused, since people misspell them. */
    public static ObjectMapper mapper() {
        return StatusJson.mapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /**
     * The policy of the jobs' own, checked.
     *
     * @return {@code null} where there is none
     * @throws IllegalArgumentException with a message that says what is wrong with it
     */
    public OwnPolicy ownPolicy() {
        return policy == null || policy.isNull() ? null : OwnPolicy.of(policy);
    }

    /**
     * The jobs that it names.
     *
     * @param tenants the aliases that are configured
     * @throws IllegalArgumentException with a message that says what is wrong with which job
     */
    public List<JobKey> keys(Set<String> tenants) {
        String only = tenants.size() == 1 ? tenants.iterator().next() : null;
        List<JobKey> keys = new ArrayList<>();
        if (project != null && job != null) {
            if (tenant == null && only == null) {
                throw new IllegalArgumentException("names no tenant, and there is more than one: " + tenants);
            }
            keys.add(new JobKey(tenant == null ? only : tenant, project, job));
        }
        for (String text : jobs == null ? List.<String>of() : jobs) {
            keys.add(JobKey.parse(String.valueOf(text), tenant == null ? only : tenant));
        }
        for (JobKey key : keys) {
            if (!tenants.contains(key.tenant())) {
                throw new IllegalArgumentException(
                        "names the tenant '" + key.tenant() + "', which is not configured; configured: " + tenants);
            }
        }
        return keys;
    }
}
