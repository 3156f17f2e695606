package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Calls the tasks API of a simulated tenant with its API key, as a well-behaved client does. */
final class TaskCaller implements AutoCloseable {

    private final SimulatedTenant tenant;
    private final HttpCaller http = new HttpCaller();

    TaskCaller(SimulatedTenant tenant) {
        this.tenant = tenant;
    }

    /** GET of a path below the prefix. */
    HttpCaller.Reply get(String path) throws IOException {
        return http.get(uri("/new/v2.0" + path), "X-API-Key", key(), "Accept", "application/json");
    }

    HttpCaller.Reply post(String path, String json) throws IOException {
        return http.postJson(uri("/new/v2.0" + path), json, "X-API-Key", key(), "Accept", "application/json");
    }

    JsonNode list(String query) throws IOException {
        return get("/tasks?" + query).json();
    }

    /** The whole answer to a list of tasks. */
    HttpCaller.Reply tasks() throws IOException {
        return get("/tasks");
    }

    HttpCaller.Reply read(String project, String task) throws IOException {
        return get("/tasks/" + TaskScript.taskId(project, task) + "?projectId=" + project);
    }

    HttpCaller.Reply cancel(String project, String task) throws IOException {
        return post("/tasks/" + TaskScript.taskId(project, task) + "/cancel", "");
    }

    /** The status of a task as it is read. */
    String status(String project, String task) throws IOException {
        return read(project, task).json().get("status").asText();
    }

    HttpCaller.Reply requestToken(String path, String scope) throws IOException {
        return http.postForm(
                uri(path),
                "grant_type=client_credentials&scope=" + scope + "&client_id="
                        + TenantCaller.encoded(tenant.options().clientId()) + "&client_secret="
                        + TenantCaller.encoded(tenant.options().clientSecret()));
    }

    HttpCaller http() {
        return http;
    }

    String uri(String path) {
        return tenant.tasksBaseUrl() + path;
    }

    private String key() {
        return tenant.options().apiKey();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
