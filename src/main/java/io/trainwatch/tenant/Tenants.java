package io.trainwatch.tenant;

import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.http.Clients;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobList;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.StatusDocument;
import io.trainwatch.job.StatusDocument.KnownReading;
import io.trainwatch.tenant.TenantSettings.ClientCredentials;
import io.trainwatch.text.SafeText;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.component.jackson.JacksonConstants;
import org.apache.camel.http.base.HttpOperationFailedException;

/** The tenants, as routes address them: addresses, paths and the token for the job at hand. Thread-safe. */
public final class Tenants {

    private static final String JSON = "application/json";
    private static final int MAX_ID_CHARACTERS = 128;
    private static final int MAX_TAG_CHARACTERS = 256;
    /** RFC 9110, section 8.8.3. */
    private static final Pattern ENTITY_TAG = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7E]*\"");

    private final Map<String, Tenant> byAlias = new HashMap<>();
    private final Gate gate;
    private final RepeatedFaults faults;
    private final InstantSource clock;

    /** Sends one request to a token endpoint. */
    public interface TokenRequest {
        /**
         * @param way how the client shows itself: {@link ClientAuth#POST} or {@link ClientAuth#BASIC}
         * @return the body of a successful response
         * @throws HttpOperationFailedException for any other response
         * @throws Exception where there is none
         */
        byte[] send(String alias, URI tokenUrl, ClientAuth way) throws Exception;
    }

    /** Stands before all requests to tenants, and hears of the responses. */
    public interface Gate {

        /** @throws RuntimeException where the tenant must not be called now */
        void check(Exchange exchange);

        void heard(Exchange exchange);

        /** One that lets all pass. */
        Gate OPEN = new Gate() {
            @Override
            public void check(Exchange exchange) {}

            @Override
            public void heard(Exchange exchange) {}
        };
    }

    /** @param tokenRequest asks a token endpoint; called by one thread at a time for each tenant */
    public Tenants(
            Map<String, TenantSettings> settings,
            Gate gate,
            TokenRequest tokenRequest,
            RepeatedFaults faults,
            InstantSource clock) {
        this.gate = gate;
        this.faults = faults;
        this.clock = clock;
        settings.forEach((alias, tenant) -> {
            Access access;
            if (tenant.apiKey().isPresent()) {
                access = new Access.ApiKey(alias, tenant.apiKey().get());
            } else if (tenant.credentials().isPresent()) {
                TokenEndpoint endpoint =
                        new TokenEndpoint(alias, tenant.credentials().get(), tokenRequest, clock);
                access = new Access.BearerToken(new TokenSource(endpoint::fetch, clock));
            } else {
                access = new Access.NoAccess(alias);
            }
            byAlias.put(alias, new Tenant(tenant, TenantApi.of(tenant), access));
        });
    }

    /** The request for the job's status. */
    public TenantRequest statusRequest(@Variable("job") JobKey job, @Variable("look") KnownReading known) {
        String knownTag = known == null ? null : known.entityTag();
        TenantApi api = of(job).api();
        return new TenantRequest("GET", api.statusPath(job), api.statusQuery(job), null, knownTag);
    }

    /** The request that cancels the job. */
    public TenantRequest cancelRequest(@Variable("job") JobKey job) {
        TenantApi api = of(job).api();
        return new TenantRequest(api.cancelMethod(), api.cancelPath(job), null, null);
    }

    /** The request for a page of a project's jobs. */
    public TenantRequest listRequest(
            @Variable("tenant") String alias, @Variable("project") String project, @Variable("cursor") String cursor) {
        return TenantRequest.get(listPath(alias, project), listQuery(alias, project, cursor));
    }

    /**
     * Makes the message the request that is its body, but for what authorises it, and puts what its endpoint is made of
     * into the variable {@code baseUrl}.
     *
     * @throws RuntimeException where the tenant must not be called now
     */
    public void prepare(Exchange exchange, @Body TenantRequest request) {
        gate.check(exchange);
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, HttpMethods.valueOf(request.method()));
        message.setHeader(Exchange.HTTP_PATH, request.path());
        if (request.query() != null) {
            message.setHeader(Exchange.HTTP_QUERY, request.query());
        }
        message.setHeader("Accept", JSON);
        if (request.knownTag() != null) {
            message.setHeader("If-None-Match", request.knownTag());
        }
        if (request.body() != null) {
            message.setHeader(Exchange.CONTENT_TYPE, JSON);
        }
        message.setBody(request.body() == null ? "" : request.body());
        TenantSettings tenant = of(exchange).settings();
        exchange.setVariable("baseUrl", Clients.endpoint(tenant.baseUrl(), Clients.tenant(tenant.alias())));
    }

    /** Tells camel-jackson the class that the job's status is read as. */
    public void documentType(Exchange exchange) {
        Class<?> document = of(exchange).api().document();
        exchange.getMessage().setHeader(JacksonConstants.UNMARSHAL_TYPE, document.getName());
    }

    /** Whether a valid answer is about the job that was asked about. */
    public static boolean isAboutJob(Exchange exchange) {
        StatusDocument answer = exchange.getMessage().getBody(StatusDocument.class);
        return answer.belongsTo(exchange.getVariable("job", JobKey.class));
    }

    /**
     * A valid answer in the terms of all APIs. A task has one id in all projects: where the tenant says that it is of
     * another one, it is the same job, and the name under which it is watched stays.
     */
    public JobStatus toStatus(@Variable("job") JobKey job, @Body StatusDocument answer) {
        JobStatus status = answer.toStatus(clock.instant());
        String project = answer.projectId();
        if (project == null || project.equals(job.project())) {
            return status;
        }
        String moved = "the tenant says project " + SafeText.bounded(project, MAX_ID_CHARACTERS);
        faults.once(
                "finding jobs of " + job.tenant() + " in their projects",
                job.toString(),
                job + ": " + moved
                        + ". It is watched on under this name, by the policy of this project; where the other"
                        + " project is meant, watch it there and release it here.");
        return status.without("projectId", moved);
    }

    /**
     * Puts what authorises the call into its headers, and into the variable {@code token}.
     *
     * @throws TokenRefused where the credentials are refused
     * @throws TokenUnavailable where no token can be had now
     */
    public void authorize(Exchange exchange) {
        Access access = of(exchange).access();
        put(exchange, access, access.value());
    }

    /** Says that the call with the token of this exchange succeeded; its entity tag goes into a variable of that name. */
    public void accepted(Exchange exchange, @Variable("token") String value) {
        of(exchange).access().accepted(value);
        gate.heard(exchange);
        if (exchange.getVariable("job") != null) {
            exchange.setVariable("entityTag", usable(exchange.getMessage().getHeader("ETag", String.class)));
        }
    }

    private static String usable(String tag) {
        return tag != null
                        && tag.length() <= MAX_TAG_CHARACTERS
                        && ENTITY_TAG.matcher(tag).matches()
                ? tag
                : null;
    }

    /** Puts a new token into an exchange whose token was refused; once, then {@link TokenRefused}. */
    public void renewToken(Exchange exchange) {
        Access access = of(exchange).access();
        put(exchange, access, access.renew(exchange.getVariable("token", String.class)));
    }

    private static void put(Exchange exchange, Access access, String value) {
        exchange.setVariable("token", value);
        if (value != null) {
            exchange.getIn().setHeader(access.header(), value);
        }
    }

    /** Makes the message the request of the client for a token. */
    public void tokenRequest(
            @Variable("tenant") String alias, @Variable("clientAuth") ClientAuth way, Exchange exchange) {
        ClientCredentials client = byAlias.get(alias).settings().credentials().orElseThrow();
        TokenPost post = TokenPost.of(client, way);
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, HttpMethods.POST);
        message.setHeader(Exchange.CONTENT_TYPE, "application/x-www-form-urlencoded");
        message.setHeader("Accept", JSON);
        message.setBody(post.form());
        post.authorization().ifPresent(value -> message.setHeader("Authorization", value));
        if (client.tokenUrl().getRawQuery() != null) {
            message.setHeader(Exchange.HTTP_RAW_QUERY, client.tokenUrl().getRawQuery());
        }
    }

    /** Where a project is asked about; 403 for one that the client is not a member of. */
    public String projectPath(String alias, String project) {
        return of(alias).api().projectPath(project);
    }

    /** The OAuth2 scope without which the tenant refuses a cancel; empty where its API has none. */
    public Optional<String> cancelScope(String alias) {
        return of(alias).api().cancelScope();
    }

    /**
     * The scopes that the tenant gave; empty where it does not tell.
     *
     * @throws TokenRefused where the credentials are refused
     * @throws TokenUnavailable where no token can be had now
     */
    public Optional<Set<String>> grantedScopes(String alias) {
        return of(alias).access().scopes();
    }

    /**
     * The header that authorises a call outside the routes; none for a tenant that is called without.
     *
     * @throws TokenRefused where the credentials are refused
     * @throws TokenUnavailable where no token can be had now
     */
    public Map<String, String> authorization(String alias) {
        Access access = of(alias).access();
        String value = access.value();
        return value == null ? Map.of() : Map.of(access.header(), value);
    }

    /** Where it is told how good an ended training is; empty where the tenant tells nothing of the kind. */
    public Optional<String> reportPath(JobKey job, JobStatus ended) {
        return of(job).api().reportPath(ended);
    }

    /** Whether a list of a project's jobs can take the place of looks at each of them. */
    public static boolean hasLists(TenantSettings tenant) {
        return TenantApi.of(tenant).listPath(JobList.ALL_PROJECTS).isPresent();
    }

    /** The aliases of those that have lists. */
    public static Set<String> withLists(Map<String, TenantSettings> tenants) {
        return tenants.values().stream()
                .filter(Tenants::hasLists)
                .map(TenantSettings::alias)
                .collect(Collectors.toSet());
    }

    /** Whether the tenant's API may tell how good an ended training is. */
    public static boolean hasReports(TenantSettings tenant) {
        return TenantApi.of(tenant).hasReports();
    }

    public String listPath(String alias, String project) {
        return of(alias).api().listPath(project).orElseThrow();
    }

    public String listQuery(String alias, String project, String cursor) {
        return of(alias).api().listQuery(project, cursor);
    }

    /** The jobs of a page that can be used; what cannot is left to looks at the single job. */
    public JobList readList(@Variable("project") String project, @Body TaskPage page) {
        if (project.equals(JobList.ALL_PROJECTS)) {
            return page.ids();
        }
        return page.jobs(project, clock.instant());
    }

    /** How the tenants start trainings. */
    public TrainingCalls trainings() {
        Map<String, TrainingStarts> starts = new HashMap<>();
        byAlias.forEach((alias, tenant) -> tenant.api().trainings().ifPresent(found -> starts.put(alias, found)));
        return new TrainingCalls(starts);
    }

    /** The tenant that the exchange is about: that of its job, or the one it names. */
    private Tenant of(Exchange exchange) {
        JobKey job = exchange.getVariable("job", JobKey.class);
        return job == null ? of(exchange.getVariable("tenant", String.class)) : of(job);
    }

    private Tenant of(JobKey job) {
        return of(job.tenant());
    }

    private Tenant of(String alias) {
        Tenant tenant = byAlias.get(alias);
        if (tenant == null) {
            throw new IllegalStateException(
                    "Jobs of tenant " + alias + " are on the watch list, but it is not configured."
                            + " Set trainwatch.tenant." + alias + ".base-url again.");
        }
        return tenant;
    }

    private record Tenant(TenantSettings settings, TenantApi api, Access access) {}
}
