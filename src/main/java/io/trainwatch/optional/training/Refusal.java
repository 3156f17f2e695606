package io.trainwatch.optional.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.text.SafeText;
import java.util.List;
import org.apache.camel.http.base.HttpOperationFailedException;

/** Says in words why no training was started, and what to do. */
final class Refusal {

    private static final int LONGEST_DETAIL = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Refusal() {}

    /** Why the tenant does not tell what is there: asked before anything is started. */
    static String ofQuestion(TrainingRequest training, CallFailure failure) {
        String where = training.project() == null ? "the projects" : "the tasks of project " + training.project();
        return switch (failure.status()) {
            case 401 -> unauthorised(training);
            case 403 ->
                "403: the client may not read " + where + " of tenant " + training.tenant()
                        + ". Make the user of the API key, or the OAuth client, a member of the project.";
            case 404 ->
                "404: tenant " + training.tenant() + " has no such list. Check the project's id, and trainwatch.tenant."
                        + training.tenant() + ".path-prefix.";
            default -> failure.message();
        };
    }

    /**
     * Why the tenant does not start it.
     *
     * @param running jobs of the project that may be in its way
     */
    static String ofStart(TrainingRequest training, CallFailure failure, Throwable thrown, List<String> running) {
        String subject = training.flow() == null ? "project " + training.project() : training.subject();
        return switch (failure.status()) {
            case 401 -> unauthorised(training);
            case 403 ->
                "403: the client may not train " + subject + ". It must be a member of project " + training.project()
                        + ", with the right to edit it.";
            case 404 ->
                "404: the tenant knows no " + subject
                        + (training.locale() == null ? "" : ", or no locale " + training.locale() + " in its project")
                        + ". Check the id.";
            case 409 ->
                "409: the tenant says that another operation is in the way, most likely a training of " + subject
                        + " that still runs. Nothing was started." + watchInstead(training, running);
            case 0 -> failure.message();
            default ->
                failure.status() >= 400 && failure.status() < 500
                        ? failure.status() + ": the tenant rejects the request" + detail(thrown)
                                + ". Nothing was started; check flow, locale and mode."
                        : failure.message();
        };
    }

    private static String unauthorised(TrainingRequest training) {
        return "401: tenant " + training.tenant() + " refuses the credentials. Check trainwatch.tenant."
                + training.tenant() + ".api-key, or .client-id, .client-secret and .scopes.";
    }

    private static String watchInstead(TrainingRequest training, List<String> running) {
        if (running.isEmpty()) {
            return " Try again when it is over.";
        }
        return " Running: " + String.join(", ", running) + ". To wait for it: watch " + training.tenant() + ":"
                + training.project() + "/" + running.get(0);
    }

    /** What the tenant's error says, bounded and without control characters; empty where it says nothing. */
    private static String detail(Throwable thrown) {
        if (!(thrown instanceof HttpOperationFailedException answer) || answer.getResponseBody() == null) {
            return "";
        }
        try {
            String detail = JSON.readTree(answer.getResponseBody())
                    .path("detail")
                    .asText("")
                    .strip();
            return detail.isEmpty() ? "" : ": " + SafeText.bounded(detail, LONGEST_DETAIL);
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
