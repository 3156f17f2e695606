package io.trainwatch.settings;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One tenant.
 *
 * @param alias 1 to 64 letters, digits, {@code _} or {@code -}
 * @param baseUrl http or https, without a slash at its end
 * @param pathPrefix what the paths of the tasks API start with: empty, or a slash and more
 * @param credentials empty where the tenant is called without a token
 * @param apiKey takes the place of credentials
 * @param maxRequestsPerSecond more than 0, for all nodes together; empty where there is no limit
 * @param maxCancelsPerHour for all nodes together; empty where that of all tenants counts
 * @param discovery what is found by listing; empty where only named jobs are watched
 * @param prometheus where figures come from that the API does not tell; empty where they stay missing
 * @param tls for the tenant and its token endpoint
 */
public record TenantSettings(
        String alias,
        URI baseUrl,
        TenantApi api,
        String pathPrefix,
        Optional<ClientCredentials> credentials,
        Optional<Secret> apiKey,
        OptionalDouble maxRequestsPerSecond,
        OptionalInt maxCancelsPerHour,
        Optional<Discovery> discovery,
        Optional<Prometheus> prometheus,
        TlsFiles tls) {

    /**
     * Which tasks are found by listing.
     *
     * @param allProjects whether all projects are listed, not only {@code projects}
     * @param allTasks whether tasks of any name are watched, not only {@code tasks}
     * @param since tasks that ended before the first list are reported where they ended no longer ago
     */
    public record Discovery(
            boolean allProjects, Set<String> projects, boolean allTasks, Set<String> tasks, Duration since) {}

    /**
     * A Prometheus, and what it is asked about a job.
     *
     * @param url without a slash at its end, and without {@code /api/v1}
     * @param token a bearer token
     * @param cpuQuery PromQL with {@code $tenant}, {@code $project} and {@code $job}; gives percent
     * @param memoryQuery likewise
     * @param gpuMemoryQuery likewise; gives what the policy's limit is measured in
     * @param jobLabel the label that holds the job's id, where a query gives a series for each of several jobs
     * @param maxAge older samples count as missing
     * @param headers sent besides
     */
    public record Prometheus(
            URI url,
            Optional<Secret> token,
            Optional<String> cpuQuery,
            Optional<String> memoryQuery,
            Optional<String> gpuMemoryQuery,
            Optional<String> jobLabel,
            Duration maxAge,
            Map<String, Secret> headers,
            TlsFiles tls) {}

    /**
     * What an OAuth2 token is fetched with.
     *
     * @param tokenUrl may have a query
     * @param scopes separated by single spaces, as they are sent; empty where none are asked for
     * @param params further fields of the form; a name may come twice
     */
    public record ClientCredentials(
            URI tokenUrl,
            String clientId,
            Secret clientSecret,
            String scopes,
            ClientAuth auth,
            List<Map.Entry<String, String>> params) {}
}
