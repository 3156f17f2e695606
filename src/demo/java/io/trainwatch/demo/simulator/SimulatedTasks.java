package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The projects and tasks that a tenant's {@code tasks} API knows. For any thread.
 *
 * <pre>{@code
 * tenant.tasks()
 *         .addProject(ProjectScript.of("shop").flows("Orders", "Returns"))
 *         .add(TaskScript.of("shop", "night", Ending.FAILS).running(Duration.ofSeconds(5)))
 *         .trainings(training -> training.running(Duration.ofSeconds(2)));
 * JobTruth truth = tenant.tasks().truth("shop", "night");
 * }</pre>
 */
public final class SimulatedTasks {

    /** How long after its end a task is still known. */
    private static final Duration RETENTION = Duration.ofDays(7);

    private final long seed;
    private final InstantSource clock;
    private final Map<String, ProjectScript> projects = new ConcurrentHashMap<>();
    private final Map<String, SimulatedTask> tasks = new ConcurrentHashMap<>();
    private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();
    private final List<TaskScript> started = new CopyOnWriteArrayList<>();
    private final AtomicLong startedCount = new AtomicLong();
    private volatile UnaryOperator<TaskScript> trainings = training -> training;
    private volatile Duration listLag = Duration.ZERO;
    private volatile boolean oneAtATime;

    SimulatedTasks(long seed, InstantSource clock) {
        this.seed = seed;
        this.clock = clock;
    }

    /** Adds a project, or replaces the one of that name; its tasks stay. */
    public SimulatedTasks addProject(ProjectScript project) {
        projects.put(project.projectId(), project);
        return this;
    }

    /**
     * Adds a task, whose time begins now, and its project where there is none yet.
     *
     * @throws IllegalArgumentException where there is such a task already
     */
    public SimulatedTasks add(TaskScript script) {
        if (tasks.putIfAbsent(script.taskId(), new SimulatedTask(script, seed, clock.instant())) != null) {
            throw new IllegalArgumentException(
                    "there is a simulated task " + script.project() + "/" + script.task() + " already");
        }
        projects.computeIfAbsent(script.projectId(), any -> ProjectScript.of(script.project()));
        return this;
    }

    /** Adds each of them; see {@link #add}. */
    public SimulatedTasks addAll(List<TaskScript> scripts) {
        scripts.forEach(this::add);
        return this;
    }

    /** Changes every training that a caller starts from now on, such as how long it runs and how it ends. */
    public SimulatedTasks trainings(UnaryOperator<TaskScript> change) {
        trainings = change;
        return this;
    }

    /** Refuses a training with 409 while another one of the same flow has not ended; by default all are taken. */
    public SimulatedTasks oneTrainingOfAFlow() {
        oneAtATime = true;
        return this;
    }

    /** Lets lists tell what was true this long ago; reads of one task go on telling the truth. */
    public SimulatedTasks listsLagBy(Duration lag) {
        listLag = lag;
        return this;
    }

    /** Forgets a task before its time: it is answered 404 from now on, and its truth is gone. */
    public SimulatedTasks forget(String project, String task) {
        tasks.remove(TaskScript.taskId(project, task));
        return this;
    }

    /** Takes the project from the client: all about it is answered 403 from now on, and its tasks are not listed. */
    public SimulatedTasks withdraw(String project) {
        withdrawn.add(ObjectIds.of(project));
        return this;
    }

    /** The scripts of the trainings that callers started, in order. */
    public List<TaskScript> started() {
        return List.copyOf(started);
    }

    /** The scripts of all tasks, in the order in which they come to exist. */
    public List<TaskScript> all() {
        return tasks.values().stream()
                .sorted(Comparator.comparing(SimulatedTask::createdAt).thenComparing(SimulatedTask::id))
                .map(SimulatedTask::script)
                .toList();
    }

    /** The projects, ordered by name. */
    public List<ProjectScript> projects() {
        return projects.values().stream()
                .sorted(Comparator.comparing(ProjectScript::project))
                .toList();
    }

    /**
     * What really happened to a task until now; {@code task} may be its name or its id.
     *
     * @throws IllegalArgumentException where there is no such task
     */
    public JobTruth truth(String project, String task) {
        SimulatedTask found = tasks.get(TaskScript.taskId(project, task));
        if (found == null) {
            throw new IllegalArgumentException("there is no simulated task " + project + "/" + task);
        }
        return found.truth(clock.instant());
    }

    /** Throws {@link SimulatedApi.Refusal} where a training of the flow is in the way of another. */
    void requireNoTraining(String flow) {
        Instant now = clock.instant();
        boolean inTheWay = tasks.values().stream()
                .anyMatch(task -> task.script().name().equals(TaskScript.TRAIN_INTENTS)
                        && flow.equals(task.script().data().get("flowId"))
                        && !now.isBefore(task.createdAt())
                        && !task.look(now).state().isTerminal());
        if (oneAtATime && inTheWay) {
            throw new SimulatedApi.Refusal(409, "a training of this flow is running");
        }
    }

    /** Starts a training for a caller; its task is there when this returns. */
    SimulatedTask start(TaskScript wanted) {
        long number = startedCount.incrementAndGet();
        TaskScript script = trainings.apply(wanted).task("started-" + number);
        add(script);
        started.add(script);
        return tasks.get(script.taskId());
    }

    /** The task with this id; {@code null} where there is none, not yet or no longer. */
    SimulatedTask find(String id, Instant now) {
        SimulatedTask task = tasks.get(id);
        return task != null && task.isKnown(now, RETENTION) ? task : null;
    }

    Collection<SimulatedTask> everyTask() {
        return tasks.values();
    }

    /** The tasks that a list tells of, as it tells them: at {@link #listedAt}. */
    List<SimulatedTask> listed(Instant now) {
        Instant then = listedAt(now);
        List<SimulatedTask> listed = new ArrayList<>();
        for (SimulatedTask task : tasks.values()) {
            if (!withdrawn.contains(task.projectId()) && task.isKnown(then, RETENTION)) {
                listed.add(task);
            }
        }
        return listed;
    }

    Instant listedAt(Instant now) {
        return now.minus(listLag);
    }

    /** The project with this id; throws {@link SimulatedApi.Refusal} where the client cannot see one. */
    ProjectScript requireProject(String id) {
        if (withdrawn.contains(id)) {
            throw new SimulatedApi.Refusal(403, "the client is not a member of this project");
        }
        ProjectScript project = projects.get(id);
        if (project == null) {
            throw new SimulatedApi.Refusal(404, "no such project");
        }
        return project;
    }

    /** The project that has this flow; throws {@link SimulatedApi.Refusal} where the client cannot see one. */
    ProjectScript projectOfFlow(String id) {
        return projectOf(project -> project.flowIds().contains(id), "no such flow");
    }

    /** The project that has this locale; throws {@link SimulatedApi.Refusal} where the client cannot see one. */
    ProjectScript projectOfLocale(String id) {
        return projectOf(project -> project.localeIds().contains(id), "no such locale");
    }

    private ProjectScript projectOf(Predicate<ProjectScript> has, String otherwise) {
        ProjectScript found = projects.values().stream()
                .filter(has)
                .findFirst()
                .orElseThrow(() -> new SimulatedApi.Refusal(404, otherwise));
        return requireProject(found.projectId());
    }

    boolean isWithdrawn(String projectId) {
        return withdrawn.contains(projectId);
    }
}
