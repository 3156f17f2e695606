package io.trainwatch.tenant;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.trainwatch.status.JobKey;
import io.trainwatch.status.JobList;
import io.trainwatch.status.ListedJob;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

    /** The tasks that can be used. */
    JobList jobs(Instant readAt) {
        List<ListedJob> jobs = items.stream()
                .filter(task -> problem(task) == null)
                .map(task -> new ListedJob(task.kinds(), task.toStatus(readAt), task.changedAt()))
                .toList();
        return new JobList(jobs, List.of(), next());
    }

    /** The ids of the projects, or of the flows, of a page. */
    JobList ids() {
        List<String> ids =
                items.stream().map(Task::jobId).filter(JobKey::isSafe).toList();
        return new JobList(List.of(), ids, next());
    }

    /** What is to be said of the tasks that {@link #jobs} leaves out; empty where it leaves out none. */
    Optional<String> leftOut() {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String problem = problem(items.get(i));
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
    private static String problem(Task task) {
        if (task == Task.NONE) {
            return "is no object";
        }
        if (!JobKey.isSafe(task.jobId())) {
            return "has no _id that can be used";
        }
        return task.status() == null ? "has a status that is not known" : null;
    }

    private String next() {
        return items.isEmpty() ? null : cursor;
    }
}
