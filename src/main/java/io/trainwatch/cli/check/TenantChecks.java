package io.trainwatch.cli.check;

import io.trainwatch.errors.CallFailure;
import io.trainwatch.http.Clients;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobList;
import io.trainwatch.optional.discovery.DiscoverySettings;
import io.trainwatch.rules.PolicySettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.tenant.Tenants;
import io.trainwatch.tenant.TokenRefused;
import io.trainwatch.tenant.TokenUnavailable;
import io.trainwatch.watch.JobsSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** Whether a tenant can be watched, found by calls that change nothing. */
final class TenantChecks {

    private static final Duration MOST_SKEW = Duration.ofSeconds(30);

    private final TenantSettings tenant;
    private final Settings settings;
    private final Tenants tenants;
    private final SingleRequests requests;
    private final String alias;
    private final String subject;
    private final List<Check> found = new CopyOnWriteArrayList<>();

    TenantChecks(TenantSettings tenant, Settings settings, Tenants tenants, SingleRequests requests) {
        this.tenant = tenant;
        this.settings = settings;
        this.tenants = tenants;
        this.requests = requests;
        this.alias = tenant.alias();
        this.subject = "tenant " + alias;
    }

    String subject() {
        return subject;
    }

    /** What {@link #access} has found by now, for whoever does not wait for its end. */
    List<Check> found() {
        return List.copyOf(found);
    }

    /** Connection, clock and credentials. Where one of them is a problem, asking about projects is of no use. */
    List<Check> access() {
        if (!isConnected() || !answers()) {
            found.add(Check.unknown(subject, "credentials", "not tried before the tenant answers"));
            return found();
        }
        Check credentials = credentials();
        found.add(credentials);
        found.add(
                credentials.status() == Check.Status.PROBLEM
                        ? Check.unknown(subject, "cancelling", "not known before the credentials are accepted")
                        : cancelling());
        return found();
    }

    private boolean isConnected() {
        try {
            found.add(Check.ok(
                    subject,
                    "connection",
                    Connection.open(requests.clients(), Clients.tenant(alias), tenant.baseUrl(), false)
                            .describe()));
            return true;
        } catch (IOException e) {
            found.add(Unreachable.check(subject, "connection", tenant.baseUrl(), key("base-url"), e));
            return false;
        }
    }

    /** Whatever it answers to a call without credentials, it bears its time. */
    private boolean answers() {
        try {
            found.add(clock(requests.get(Clients.tenant(alias), tenant.baseUrl(), Map.of())));
            return true;
        } catch (IOException e) {
            found.add(Unreachable.check(subject, "answer", tenant.baseUrl(), key("base-url"), e));
            return false;
        }
    }

    /** The projects that the settings name, in the order of the alphabet. */
    Set<String> projects() {
        Set<String> projects = new TreeSet<>();
        settings.get(JobsSettings.JOBS).stream()
                .filter(job -> job.tenant().equals(alias))
                .map(JobKey::project)
                .forEach(projects::add);
        Optional.ofNullable(settings.get(DiscoverySettings.DISCOVERIES).get(alias))
                .ifPresent(discovery -> projects.addAll(discovery.projects()));
        projects.remove(JobList.ALL_PROJECTS);
        return projects;
    }

    /** Whether the client is a member of the project. */
    Check project(String project) {
        String what = "project " + project;
        try {
            SingleRequests.Answer answer = requests.get(
                    Clients.tenant(alias), address(tenants.projectPath(alias, project)), tenants.authorization(alias));
            return switch (answer.status()) {
                case 403 ->
                    problem(
                            what,
                            "403: the client is not a member of the project",
                            "Assign the client, or the user of the API key, to the project " + project
                                    + " in the tenant's administration.");
                case 404 ->
                    problem(
                            what,
                            "404: the tenant knows no such project",
                            "Check its id where it is named, and " + key("base-url") + " and " + key("path-prefix")
                                    + ".");
                default ->
                    answer.isSuccess()
                            ? Check.ok(subject, what, "the client is a member")
                            : answered(what, answer.status());
            };
        } catch (TokenRefused | TokenUnavailable e) {
            return problem(what, e.getMessage());
        } catch (IOException e) {
            return Unreachable.check(subject, what, tenant.baseUrl(), key("base-url"), e);
        }
    }

    private Check clock(SingleRequests.Answer answer) {
        if (answer.ahead().isEmpty()) {
            return Check.unknown(subject, "clock", "the tenant does not tell its time");
        }
        Duration ahead = answer.ahead().get();
        long seconds = Math.round(ahead.abs().toMillis() / 1000.0);
        return ahead.abs().compareTo(MOST_SKEW) <= 0
                ? Check.ok(subject, "clock", "within " + Math.max(seconds, 1) + " s of this machine's")
                : Check.warning(
                        subject,
                        "clock",
                        "the tenant's is " + seconds + " s " + (ahead.isNegative() ? "behind" : "ahead of")
                                + " this machine's",
                        "Set this machine's clock by NTP: tokens end by it, and receivers refuse signatures whose time is"
                                + " wrong.");
    }

    private Check credentials() {
        Map<String, String> authorization;
        try {
            authorization = tenants.authorization(alias);
        } catch (TokenRefused | TokenUnavailable e) {
            return problem("credentials", e.getMessage());
        }
        if (authorization.isEmpty()) {
            // That none are set is among the warnings of the settings already.
            return Check.unknown(subject, "credentials", "none, so none are checked");
        }
        String given = tenant.apiKey().isPresent() ? "the API key" : "the token that was given";
        if (!Tenants.hasLists(tenant)) {
            return Check.ok(subject, "credentials", "a token was given" + scopes());
        }
        try {
            SingleRequests.Answer answer = requests.get(
                    Clients.tenant(alias),
                    address(tenants.listPath(alias, JobList.ALL_PROJECTS) + "?"
                            + tenants.listQuery(alias, JobList.ALL_PROJECTS, null)),
                    authorization);
            return switch (answer.status()) {
                case 401 ->
                    problem(
                            "credentials",
                            "401: the tenant refuses " + given,
                            tenant.apiKey().isPresent()
                                    ? "Make a new key and set " + key("api-key") + "."
                                    : "Check that " + key("token-url") + " and .base-url belong together.");
                case 403 -> Check.ok(subject, "credentials", given + " is accepted; it may list no projects");
                case 404 ->
                    problem(
                            "credentials",
                            "404: the tenant has no list of projects",
                            "Check " + key("path-prefix") + " and .base-url; some installations serve /v2.0.");
                default ->
                    answer.isSuccess()
                            ? Check.ok(subject, "credentials", given + " is accepted" + scopes())
                            : answered("credentials", answer.status());
            };
        } catch (IOException e) {
            return Unreachable.check(subject, "credentials", tenant.baseUrl(), key("base-url"), e);
        }
    }

    private String scopes() {
        return tenants.grantedScopes(alias)
                .map(scopes -> ", with the scopes " + String.join(" ", new TreeSet<>(scopes)))
                .orElse("");
    }

    /** As far as it can be told without cancelling anything. */
    private Check cancelling() {
        if (!settings.get(PolicySettings.POLICY).autoCancel()) {
            return Check.ok(subject, "cancelling", "off: breaches are reported only");
        }
        if (tenants.cancelScope(alias).isEmpty()) {
            return Check.unknown(
                    subject, "cancelling", "shows at the first cancel only: it needs the right to edit the project");
        }
        String scope = tenants.cancelScope(alias).get();
        boolean asked = tenant.credentials()
                .map(client -> List.of(client.scopes().split(" ")).contains(scope))
                .orElse(true);
        boolean given = tenants.grantedScopes(alias)
                .map(scopes -> scopes.contains(scope))
                .orElse(true);
        if (!asked || !given) {
            return problem(
                    "cancelling",
                    "jobs that break the policy are to be cancelled, but "
                            + (asked
                                    ? "the tenant does not give the scope " + scope
                                    : key("scopes") + " lacks " + scope),
                    (asked ? "Have the client given it" : "Add it") + ", or set trainwatch.policy.auto-cancel=false.");
        }
        return tenants.grantedScopes(alias).isPresent()
                ? Check.ok(subject, "cancelling", "the token has the scope " + scope)
                : Check.unknown(
                        subject,
                        "cancelling",
                        "the scope " + scope + " is asked for; whether it was given is not told");
    }

    private Check answered(String what, int status) {
        if (status == 401) {
            return problem(what, "401: the tenant refuses the credentials", "Mend what is said of the credentials.");
        }
        if (CallFailure.isRedirect(status)) {
            return problem(
                    what,
                    status + ": the tenant redirects, which is not followed since the token would go along",
                    "Set " + key("base-url") + " to the final address.");
        }
        return status == 429
                ? Check.warning(subject, what, "429: the tenant asks for fewer requests", "Try again in some minutes.")
                : problem(
                        what,
                        status + ": the tenant fails",
                        "Try again later; if it stays, show it to the tenant's operator.");
    }

    private Check problem(String what, String finding, String remedy) {
        return Check.problem(subject, what, finding, remedy);
    }

    private Check problem(String what, String sentences) {
        return Check.problem(subject, what, sentences);
    }

    private URI address(String path) {
        return URI.create(tenant.baseUrl() + path);
    }

    private String key(String name) {
        return "trainwatch.tenant." + alias + "." + name;
    }
}
