package io.trainwatch.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.status.JobKey;
import io.trainwatch.status.JobList;
import io.trainwatch.status.ListedJob;
import io.trainwatch.status.StatusReader;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.List;

/** Reads the tasks of a page as strictly as a single task is read, and leaves out those that are not valid. */
final class TaskPageReader {

    private final ObjectMapper mapper;
    private final Validator validator;

    TaskPageReader(StatusReader reader) {
        this.mapper = reader.mapper();
        this.validator = reader.validation().getValidator();
    }

    JobList read(TaskPage page) {
        List<ListedJob> jobs = new ArrayList<>();
        for (JsonNode item : page.items()) {
            try {
                Task task = mapper.treeToValue(item, Task.class);
                if (validator.validate(task).isEmpty() && JobKey.isSafe(task.jobId())) {
                    jobs.add(new ListedJob(task.name(), task.toStatus(), task.changedAt()));
                }
            } catch (JsonProcessingException e) {
                // Not a task as it is known: left out, as the class says.
            }
        }
        return new JobList(jobs, List.of(), next(page));
    }

    /** The ids of the projects of a page. */
    JobList readProjects(TaskPage page) {
        List<String> ids = page.items().stream()
                .map(item -> item.path("_id").asText(item.path("id").asText("")))
                .filter(JobKey::isSafe)
                .toList();
        return new JobList(List.of(), ids, next(page));
    }

    private static String next(TaskPage page) {
        return page.next() == null || page.next().isBlank() || page.items().isEmpty() ? null : page.next();
    }
}
