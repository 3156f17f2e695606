package io.trainwatch.optional.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.trainwatch.job.JobKey;
import io.trainwatch.rules.WrittenPolicy.OwnPolicy;
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

    private static final int DEPTH = 32;
    private static final int STRING = 8 * 1024;
    private static final int NAME = 256;
    private static final int NUMBER = 64;
    private static final long DOCUMENT = 1024 * 1024;

    @AssertTrue(
            message =
                    "names no job: write {\"tenant\": …, \"project\": …, \"job\": …}, or {\"jobs\": [\"tenant:project/job\", …]}")
    boolean isNamingJobs() {
        return project != null && job != null || jobs != null && !jobs.isEmpty();
    }

    /**
     * How it is read: a person wrote it, so whatever is doubtful is refused, such as duplicate keys, trailing content,
     * strings for numbers and unknown fields, which are known ones misspelt. Thread-safe.
     */
    public static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH)
                        .maxStringLength(STRING)
                        .maxNameLength(NAME)
                        .maxNumberLength(NUMBER)
                        .maxDocumentLength(DOCUMENT)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
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
