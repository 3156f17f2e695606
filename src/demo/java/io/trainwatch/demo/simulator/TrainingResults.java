package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** What flows and locales tell of their latest training that was {@code done}. For any thread. */
final class TrainingResults {

    private final long seed;
    private final SimulatedTasks tasks;

    TrainingResults(long seed, SimulatedTasks tasks) {
        this.seed = Chance.seed(seed, "training results");
        this.tasks = tasks;
    }

    private record Trained(SimulatedTask task, Instant at) {}

    /**
     * Puts {@code isTrainingOutOfDate}, {@code lastTrainedAt} and {@code feedbackReport}.
     *
     * @param trained the data that a training of it has
     */
    void putInto(ObjectNode json, ProjectScript project, Map<String, String> trained, Instant now) {
        Optional<Trained> latest = tasks.everyTask().stream()
                .filter(task -> task.projectId().equals(project.projectId()) && trains(task.script(), trained))
                .flatMap(task -> finished(task, now).stream())
                .max(Comparator.comparing(Trained::at));
        json.put("isTrainingOutOfDate", latest.isEmpty());
        TaskJson.putEntityTime(json, "lastTrainedAt", latest.map(Trained::at).orElse(null));
        if (latest.isEmpty()) {
            json.putNull("feedbackReport");
            return;
        }
        long own = Chance.seed(seed, latest.get().task().id());
        ObjectNode report = json.putObject("feedbackReport");
        report.putObject("info").put("accuracy", share(own, 0)).put("fScore", share(own, 1));
        report.putArray("findings").addObject().put("type", "lowDataIntents").putArray("intents");
    }

    private static boolean trains(TaskScript script, Map<String, String> trained) {
        return script.name().equals(TaskScript.TRAIN_ALL_PROJECT_FLOWS)
                || script.name().startsWith("train") && script.data().entrySet().containsAll(trained.entrySet());
    }

    private static Optional<Trained> finished(SimulatedTask task, Instant now) {
        TaskCurve.Look look = task.look(now);
        return look.status() == TaskStatus.DONE
                ? Optional.of(new Trained(task, task.timeOf(look.finishedAt())))
                : Optional.empty();
    }

    /** 0.6 to 1, with three digits. */
    private static double share(long own, int which) {
        return Math.round((0.6 + 0.4 * Chance.at(own, which)) * 1_000) / 1_000.0;
    }
}
