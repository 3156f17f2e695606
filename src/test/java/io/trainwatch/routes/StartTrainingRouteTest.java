package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.JobsToWatch;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.Fault;
import io.trainwatch.demo.simulator.ProjectScript;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.SimulatedTenant;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantOptions;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.training.TrainingOrder;
import io.trainwatch.optional.training.TrainingOrder.Status;
import io.trainwatch.settings.Sources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that are ordered, from the order to the end of the job, against the simulated tenant over HTTP. */
class StartTrainingRouteTest {

    private static final Duration LONGEST = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private final ProjectScript shop = ProjectScript.of("shop").flows("Orders", "Returns");
    private SimulatedTenant tenant = tenant();
    private Main main;

    @AfterEach
    void stop() {
        if (main != null) {
            main.stop();
        }
        tenant.close();
    }

    private SimulatedTenant tenant() {
        SimulatedTenant made = SimulatedTenant.start(TenantOptions.defaults());
        made.tasks()
                .addProject(shop)
                .addProject(ProjectScript.of("bank"))
                .trainings(training -> training.queued(Duration.ZERO).running(Duration.ofMillis(300)));
        return made;
    }

    @Test
    void aFlowIsTrainedOnceAndFollowedToItsEnd() throws Exception {
        start(Map.of());
        long order = order(flow("Orders").in(shop.projectId()));
        awaitEnd(order);
        assertThat(tenant.tasks().started()).singleElement().satisfies(task -> {
            assertThat(task.data())
                    .containsEntry("flowId", shop.flowId("Orders"))
                    .containsEntry("mode", "quick");
            assertThat(find(order).job()).isEqualTo("acme:" + shop.projectId() + "/" + task.taskId());
        });
    }

    @Test
    void theProjectOfAFlowIsLookedUp() throws Exception {
        start(Map.of());
        awaitEnd(order(flow("Returns")));
        assertThat(tenant.tasks().started()).hasSize(1);
    }

    @Test
    void aProjectIsTrainedAsAWholeWithOAuth() throws Exception {
        start(oauth());
        awaitEnd(order(new TrainingRequest("acme", shop.projectId(), null, null, "full")));
        assertThat(tenant.tasks().started())
                .extracting(TaskScript::name)
                .containsExactly(TaskScript.TRAIN_ALL_PROJECT_FLOWS);
    }

    @Test
    void aStartWhoseAnswerIsLostIsFoundInTheListAndNotRepeated() throws Exception {
        tenant.faults().forRequests(RequestKind.TRAIN).injectNext(Fault.LOST_ANSWER, 1);
        start(Map.of());
        awaitEnd(order(flow("Orders").in(shop.projectId())));
        assertThat(tenant.tasks().started()).hasSize(1);
        assertThat(tenant.requests().count(RequestKind.TRAIN)).isOne();
    }

    @Test
    void aTrainingOfAnotherFlowThatBeganMeanwhileIsNotTakenForIt() throws Exception {
        tenant.faults().forRequests(RequestKind.TRAIN).injectNext(Fault.LOST_ANSWER, 1);
        start(Map.of());
        tenant.tasks().trainings(training -> {
            // Begins in the same moment, by somebody else.
            tenant.tasks()
                    .trainings(same -> same.running(Duration.ofMillis(300)))
                    .add(TaskScript.of("shop", "theirs", Ending.FAILS).flow("Returns"));
            return training.running(Duration.ofMillis(300));
        });
        long order = order(flow("Orders").in(shop.projectId()));
        awaitEnd(order);
        assertThat(tenant.tasks().started())
                .singleElement()
                .satisfies(task -> assertThat(find(order).job()).endsWith("/" + task.taskId()));
    }

    @Test
    void aStartThatFailedIsRepeatedOnlyAfterListsToldOfNone() throws Exception {
        tenant.faults().forRequests(RequestKind.TRAIN).injectNext(Fault.SERVER_ERROR, 1);
        start(Map.of());
        awaitEnd(order(flow("Orders").in(shop.projectId())));
        assertThat(tenant.tasks().started()).hasSize(1);
        assertThat(tenant.requests().count(RequestKind.TRAIN)).isEqualTo(2);
        assertThat(tenant.requests().count(RequestKind.TASK_LIST)).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aListThatIsBehindIsWaitedFor() throws Exception {
        tenant.faults().forRequests(RequestKind.TRAIN).injectNext(Fault.LOST_ANSWER, 1);
        tenant.tasks().listsLagBy(Duration.ofSeconds(3));
        start(Map.of());
        awaitEnd(order(flow("Orders").in(shop.projectId())));
        assertThat(tenant.tasks().started()).hasSize(1);
    }

    @Test
    void aTenantThatAsksForLessIsAskedAgainWhenItSays() throws Exception {
        tenant.faults().forRequests(RequestKind.TRAIN).injectNext(Fault.THROTTLE_SECONDS, 2);
        start(Map.of());
        awaitEnd(order(flow("Orders").in(shop.projectId())));
        assertThat(tenant.requests().count(RequestKind.TRAIN)).isEqualTo(3);
        assertThat(tenant.tasks().started()).hasSize(1);
    }

    @Test
    void aRevokedTokenIsRenewedOnce() throws Exception {
        tenant.faults().forRequests(RequestKind.TRAIN).injectNext(Fault.REVOKE_TOKENS, 1);
        start(oauth());
        awaitEnd(order(flow("Orders").in(shop.projectId())));
        assertThat(tenant.tasks().started()).hasSize(1);
    }

    @Test
    void aTokenEndpointThatFailsForAWhileDelaysTheStart() throws Exception {
        tenant.faults().forTokens().injectNext(Fault.SERVER_ERROR, 2);
        start(oauth());
        awaitEnd(order(flow("Orders").in(shop.projectId())));
        assertThat(tenant.tasks().started()).hasSize(1);
    }

    @Test
    void whatTheTenantRefusesIsGivenUpWithWhatToDo() throws Exception {
        start(Map.of());
        assertThat(refusal(flow("Orders").in(ProjectScript.of("none").projectId())))
                .startsWith("404: tenant acme has no such list");
        assertThat(refusal(new TrainingRequest("acme", shop.projectId(), "0123456789abcdef01234567", null, "full")))
                .startsWith("404: the tenant knows no flow 0123456789abcdef01234567");
        assertThat(refusal(new TrainingRequest("acme", null, "0123456789abcdef01234567", null, "full")))
                .startsWith("404: no project of tenant acme");
        assertThat(refusal(new TrainingRequest(
                        "acme", shop.projectId(), shop.flowId("Orders"), "0123456789abcdef01234567", "full")))
                .contains("or no locale");
        tenant.faults().forRequests(RequestKind.TRAIN).injectNext(Fault.FORBIDDEN, 1);
        assertThat(refusal(flow("Orders").in(shop.projectId()))).startsWith("403: the client may not train");
        tenant.tasks().withdraw("bank");
        assertThat(refusal(new TrainingRequest(
                        "acme",
                        ProjectScript.of("bank").projectId(),
                        ProjectScript.of("bank").flowId("Main"),
                        null,
                        "full")))
                .startsWith("403: the client may not read the tasks");
        tenant.revokeApiKey();
        assertThat(refusal(flow("Orders").in(shop.projectId()))).startsWith("401: tenant acme refuses the API key");
        assertThat(tenant.tasks().started()).isEmpty();
    }

    @Test
    void anOrderWhoseCommandDiedIsTakenUpAndNotRepeated() throws Exception {
        tenant.tasks().trainings(training -> training.running(Duration.ofSeconds(2)));
        start(Map.of());
        long order = order(flow("Orders").in(shop.projectId()));
        await().atMost(LONGEST).until(() -> find(order).status() == Status.STARTED);
        main.stop();
        start(Map.of());
        assertThat(beans().trainings().order(flow("Orders").in(shop.projectId()), false))
                .satisfies(taken -> assertThat(taken.takenUp()).isTrue())
                .satisfies(taken -> assertThat(taken.id()).isEqualTo(order));
        awaitEnd(order);
        beans().trainings().orders().told(List.of(order));
        assertThat(beans().trainings()
                        .order(flow("Orders").in(shop.projectId()), false)
                        .takenUp())
                .as("its end was told: this is another one")
                .isFalse();
        await().atMost(LONGEST).until(() -> tenant.tasks().started().size() == 2);
    }

    private String refusal(TrainingRequest request) {
        long order = order(request);
        await().atMost(LONGEST).until(() -> find(order).status() == Status.GIVEN_UP);
        return find(order).message();
    }

    private TrainingRequest flow(String name) {
        return new TrainingRequest("acme", null, shop.flowId(name), null, "quick");
    }

    private long order(TrainingRequest request) {
        return beans().trainings().order(request, false).id();
    }

    private TrainingOrder find(long order) {
        return beans().trainings().orders().find(List.of(order)).get(0);
    }

    private void awaitEnd(long order) {
        await().atMost(LONGEST).untilAsserted(() -> {
            assertThat(find(order).message()).isNull();
            assertThat(find(order).job()).isNotNull();
            assertThat(beans().watchList().find(List.of(find(order).job())))
                    .singleElement()
                    .satisfies(job -> assertThat(job.state()).isEqualTo(TrainingState.COMPLETED));
        });
    }

    private TrainwatchBeans beans() {
        return main.getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
    }

    private Map<String, String> oauth() {
        return Map.of(
                "trainwatch.tenant.acme.client-id", tenant.options().clientId(),
                "trainwatch.tenant.acme.client-secret", tenant.options().clientSecret());
    }

    private void start(Map<String, String> credentials) throws Exception {
        Map<String, String> values = new HashMap<>(Map.of(
                "trainwatch.tenant.acme.base-url",
                tenant.tasksBaseUrl().toString(),
                "trainwatch.tenant.acme.api",
                "tasks",
                "trainwatch.store.url",
                "jdbc:sqlite:" + folder.resolve("trainwatch.db"),
                "trainwatch.audit.directory",
                folder.resolve("audit").toString(),
                "trainwatch.poll.interval",
                "500ms",
                "trainwatch.poll.tick",
                "50ms"));
        values.putAll(
                credentials.isEmpty()
                        ? Map.of(
                                "trainwatch.tenant.acme.api-key",
                                tenant.options().apiKey())
                        : credentials);
        main = new Main();
        main.bind("settings", TrainwatchSettings.read(Sources.of(values)));
        main.bind("jobs", new JobsToWatch(List.of(), "test", true));
        main.configure().setJmxEnabled(false);
        main.configure().rest().setInlineRoutes(false);
        main.start();
    }
}
