package io.trainwatch.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.job.TrainingRequest.ListedTraining;
import java.util.Optional;

/** How one kind of tenant API starts trainings, by a POST with a JSON body. */
interface TrainingStarts {

    /** The path below the tenant's base URL, with a slash at its beginning. */
    String path(TrainingRequest training);

    /** The body; empty where none is sent. */
    String body(TrainingRequest training);

    /** The id of the job that the answer to the POST tells of; empty where it tells of none. */
    Optional<String> created(JsonNode answer);

    /** The latest jobs of the project, among which the training is if it was started. */
    TenantRequest latest(TrainingRequest training);

    /** What a job of that list has to do with the training; empty where it is certainly another one. */
    Optional<ListedTraining> match(TrainingRequest training, Task listed);

    /** A page of the tenant's projects. */
    TenantRequest projects(String cursor);

    /** A page of a project's flows. */
    TenantRequest flows(String project, String cursor);
}
