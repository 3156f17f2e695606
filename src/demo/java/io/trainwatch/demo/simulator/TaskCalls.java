package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Lists, reads and cancels tasks, as a tenant without faults does. For any thread. */
final class TaskCalls {

    private static final String OLDEST_FIRST = "createdAt:asc";

    private final SimulatedTasks tasks;

    TaskCalls(SimulatedTasks tasks) {
        this.tasks = tasks;
    }

    /** A task as a list tells of it. */
    private record Listed(SimulatedTask task, JobCurve.Look look) {}

    Answer list(SimulatedApi.Request request) {
        String project = request.query().get("projectId");
        if (project != null) {
            tasks.requireProject(project);
        }
        String parameter = request.query().get("sort");
        List<Page.Sort> sorts = Page.Sort.of(parameter == null ? OLDEST_FIRST : parameter);
        sorts.forEach(sort -> key(sort.field()));
        Instant then = tasks.listedAt(request.now());
        List<Page.Row<Listed>> rows = new ArrayList<>();
        for (SimulatedTask task : tasks.listed(request.now())) {
            Listed listed = new Listed(task, task.look(then));
            if (project == null || project.equals(task.projectId())) {
                rows.add(new Page.Row<>(keys(listed, sorts), listed));
            }
        }
        Page<Listed> page = Page.cut(rows, sorts, request.query());
        Page<ObjectNode> rendered = page.map(listed -> TaskJson.read(listed.task(), listed.look()));
        return TaskJson.page("tasks", rendered, request.call())
                .whenServed(() ->
                        page.items().forEach(listed -> listed.task().recordServed(listed.look(), request.now(), true)));
    }

    private static List<String> keys(Listed listed, List<Page.Sort> sorts) {
        List<String> keys = new ArrayList<>();
        for (Page.Sort sort : sorts) {
            keys.add(key(sort.field()).apply(listed));
        }
        keys.add(listed.task().id());
        return keys;
    }

    private static Function<Listed, String> key(String field) {
        return switch (field) {
            case "_id" -> listed -> listed.task().id();
            case "name" -> listed -> listed.task().script().name();
            case "status" -> listed -> listed.look().state().taskStatus();
            case "createdAt" -> listed -> text(listed.task().createdAt());
            case "lastChanged" -> listed -> text(listed.task().changedAt(listed.look()));
            case "lastRunAt" -> listed -> time(listed, listed.look().startedAt());
            case "lastFinishedAt" -> listed -> time(listed, listed.look().endedAt());
            default -> throw new IllegalArgumentException("tasks cannot be sorted by " + field);
        };
    }

    private static String time(Listed listed, long offset) {
        return text(listed.task().timeOf(offset));
    }

    /** Sorts like the time that it tells; one that has not come yet is first. */
    private static String text(Instant time) {
        return time == null ? "" : String.format("%015d", time.toEpochMilli());
    }

    Answer read(SimulatedApi.Request request) {
        SimulatedTask task = required(request);
        JobCurve.Look look = task.look(request.now());
        return TaskJson.one(200, TaskJson.read(task, look), request.call())
                .whenServed(() -> task.recordServed(look, request.now(), false));
    }

    Answer cancel(SimulatedApi.Request request) {
        if (!required(request).cancel(request.now())) {
            throw new SimulatedApi.Refusal(409, "the task is over already");
        }
        return Answer.empty(204);
    }

    private SimulatedTask required(SimulatedApi.Request request) {
        if (request.job() instanceof SimulatedTask task) {
            tasks.requireProject(task.projectId());
            return task;
        }
        throw new SimulatedApi.Refusal(404, "no such task");
    }
}
