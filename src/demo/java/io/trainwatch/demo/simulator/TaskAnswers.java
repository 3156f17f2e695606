package io.trainwatch.demo.simulator;

/** The right answer to each call of the {@code tasks} API. For any thread. */
final class TaskAnswers {

    private final TaskCalls tasks;
    private final TrainCalls trainings;
    private final ProjectCalls projects;

    TaskAnswers(long seed, SimulatedTasks known) {
        tasks = new TaskCalls(known);
        trainings = new TrainCalls(known);
        projects = new ProjectCalls(known, new TrainingResults(seed, known));
    }

    /** The answer to a cancel that is taken, without any effect. */
    Answer accepted() {
        return TaskCalls.accepted();
    }

    /** Throws {@link TaskRefusal}, or IllegalArgumentException where a parameter is no good. */
    Answer of(TaskRequest request) {
        return switch (request.target().action()) {
            case LIST_TASKS -> tasks.list(request);
            case READ_TASK -> tasks.read(request);
            case CANCEL_TASK -> tasks.cancel(request);
            case TRAIN_FLOW -> trainings.flow(request);
            case TRAIN_PROJECT -> trainings.allFlows(request);
            case TRAIN_YES_NO_OF_LOCALE -> trainings.yesNoOfLocale(request);
            case TRAIN_YES_NO_OF_PROJECT -> trainings.yesNoOfProject(request);
            case LIST_PROJECTS -> projects.projects(request);
            case READ_PROJECT -> projects.project(request);
            case LIST_FLOWS -> projects.flows(request);
            case READ_FLOW -> projects.flow(request);
            case LIST_LOCALES -> projects.locales(request);
            case READ_LOCALE -> projects.locale(request);
            case TOKEN, NONE ->
                throw new IllegalStateException(
                        "not for here: " + request.target().action());
        };
    }
}
