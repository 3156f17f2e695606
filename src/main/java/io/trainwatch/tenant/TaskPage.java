package io.trainwatch.tenant;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobList;
import io.trainwatch.job.JobList.ListedJob;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A page of a list of the {@code tasks} API. The items are read one by one: a task of a kind that is not known must not
 * make the others unreadable. A list of projects or flows is read as one of tasks, of which only the ids count.
 *
 * @param items {@link Task#NONE} for what is no object
 * @param cursor that of the next page; {@code null} on the last one
 */
@JsonDeserialize(using = TaskPageReader.class)
public record TaskPage(@NotNull(message = "must be a list") List<Task> items, String cursor) {

    /** The tasks of the project that can be used. */
    JobList jobs(String project, Instant readAt) {
        List<ListedJob> jobs = items.stream()
                .filter(task -> problem(task, project) == null)
                .map(task -> new ListedJob(task.kinds(), task.toStatus(readAt), task.changedAt()))
                .toList();
        return new JobList(jobs, List.of(), next(), isOldestFirst(), leftOut(project));
    }

    private boolean isOldestFirst() {
        List<Instant> created =
                items.stream().map(Task::createdAt).filter(Objects::nonNull).toList();
        return created.size() > 1
                && created.get(0).isBefore(created.get(created.size() - 1))
                && created.stream().sorted().toList().equals(created);
    }

    /** The ids of the projects, or of the flows, of a page. */
    JobList ids() {
        List<String> ids =
                items.stream().map(Task::jobId).filter(JobKey::isSafe).toList();
        return new JobList(List.of(), ids, next(), false, Optional.empty());
    }

    private Optional<String> leftOut(String project) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String problem = problem(items.get(i), project);
            if (problem != null) {
                problems.add("items[" + i + "] " + problem);
            }
        }
        return problems.isEmpty()
                ? Optional.empty()
                : Optional.of(problems.size() + " of " + items.size() + " items cannot be used and are left out: "
                        + problems.get(0) + (problems.size() == 1 ? "" : ", and others"));
    }

    /** {@code null} where there is none. */
    private static String problem(Task task, String project) {
        if (task == Task.NONE) {
            return "is no object";
        }
        if (!JobKey.isSafe(task.jobId())) {
            return "has no _id that can be used";
        }
        if (task.status() == null) {
            return "has a status that is not known";
        }
        return task.projectId() == null || task.projectId().equals(project) ? null : "is of another project";
    }

    private String next() {
        return items.isEmpty() ? null : cursor;
    }
}
