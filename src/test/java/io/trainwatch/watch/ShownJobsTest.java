package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.answered;
import static io.trainwatch.watch.TestNode.breaching;
import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import io.trainwatch.webhook.DeliveryResult;
import io.trainwatch.webhook.EventList;
import io.trainwatch.webhook.EventList.Published;
import io.trainwatch.webhook.EventList.Wanted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What people are shown of jobs, events and nodes, on both engines. */
@OnBothEngines
class ShownJobsTest extends NodesUnderTest {

    @Override
    TestNode firstNode() {
        return new TestNode(store, "node-1", Setup.USUAL.autoCancel(false), clock);
    }

    @Test
    void pagesHaveEachJobOnceAndTroubleComesFirst() {
        List<JobKey> jobs =
                IntStream.range(0, 25).mapToObj(i -> TestNode.job("j_" + i)).toList();
        node.addDueNow(jobs);
        List<Look> looks = node.claim();
        node.fail(looks.get(0), answered(404, Map.of()));
        node.see(looks.get(1), breaching(looks.get(1), 10));
        node.see(looks.get(2), ended(looks.get(2), TrainingState.FAILED));
        looks.subList(3, 25).forEach(look -> node.see(look, running(look, 10)));
        node.settle();
        for (boolean troubleFirst : List.of(false, true)) {
            List<JobView> all = new ArrayList<>();
            Optional<JobQuery.Place> after = Optional.empty();
            do {
                JobQuery.Page page = node.watch
                        .list()
                        .page(new JobQuery(null, null, null, null, null, false, troubleFirst, 4, after));
                all.addAll(page.jobs());
                after = page.next().map(place -> JobQuery.Place.parse(place.toString()));
            } while (after.isPresent());
            assertThat(all.stream().map(view -> view.job().id()))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(
                            jobs.stream().map(JobKey::toString).toList());
            if (troubleFirst) {
                assertThat(all.stream().limit(3).map(view -> view.trouble().orElse(null)))
                        .contains(Trouble.FAILING);
                assertThat(all.get(24).stage()).isEqualTo(Stage.FAILED);
            }
        }
        assertThat(find(null, Stage.FAILED, null, false)).hasSize(1);
        assertThat(find(TrainingState.RUNNING, null, "J_1", false)).hasSizeBetween(9, 11);
        assertThat(find(null, null, "%", false)).isEmpty();
        assertThat(find(null, null, null, true))
                .hasSize((int) node.watch.list().figures().inTrouble());
        assertThat(node.watch.list().figures().stages().stream()
                        .mapToLong(WatchFigures.StageCount::jobs)
                        .sum())
                .isEqualTo(25);
        assertThat(node.watch.list().figures().overdueCancels()).isZero();
        assertThat(node.watch.list().figures().counts().total()).isEqualTo(25);
    }

    private List<JobView> find(TrainingState state, Stage stage, String text, boolean inTrouble) {
        return node.watch
                .list()
                .page(new JobQuery("acme", null, state, stage, text, inTrouble, false, 100, Optional.empty()))
                .jobs();
    }

    @Test
    void anExemptionIsTakenBackAndEndsWhenTheJobIsAddedAnew() {
        node.watch.list().add(List.of(JOB), "test");
        assertThat(node.watch.list().exempt(JOB, "http.token", "why", true)).isTrue();
        assertThat(node.watch.list().exempt(JOB, "http.token", "why", true)).isFalse();
        assertThat(node.job(JOB).exempt()).isTrue();
        assertThat(node.watch.list().exempt(JOB, "http.token", "why", false)).isTrue();
        node.watch.list().exempt(JOB, "http.token", "why", true);
        node.watch.list().remove(JOB, "test");
        node.watch.list().add(List.of(JOB), "test");
        assertThat(node.job(JOB).exempt()).isFalse();
        assertThat(node.told(JOB)).contains("CANCEL_EXEMPTED");
    }

    @Test
    void eventsArePagedAndTargetsHaveTheirFigures() {
        node.addDueNow(
                IntStream.range(0, 5).mapToObj(i -> TestNode.job("e" + i)).toList());
        node.claim().forEach(look -> node.see(look, ended(look, TrainingState.COMPLETED)));
        EventList events = new EventList(store, clock);
        List<Published> first = events.page(new Wanted(null, null, null, 3, Long.MAX_VALUE));
        List<Published> rest =
                events.page(new Wanted(null, null, null, 3, first.get(2).seq()));
        assertThat(first).hasSize(3);
        assertThat(rest).hasSize(2);
        String job = TestNode.job("e1").toString();
        assertThat(events.page(new Wanted(job, "pending", "ci", 10, Long.MAX_VALUE)))
                .singleElement()
                .satisfies(event -> assertThat(event.deliveries()).hasSize(1));
        assertThat(events.page(new Wanted(null, "dead", null, 10, Long.MAX_VALUE)))
                .isEmpty();
        EventList.Figures figures = events.figures(List.of("ci")).get("ci");
        assertThat(figures.backlog().pending()).isEqualTo(5);
        assertThat(figures.backlog().oldestPending()).isNotNull();
        assertThat(figures.hours()).hasSize(24);
        node.outbox.claimDue().forEach(delivery -> node.outbox.settle(delivery, new DeliveryResult.Delivered(200)));
        assertThat(events.figures(List.of("ci")).get("ci").sent()).isEqualTo(5);
        assertThat(events.unsettled().getOrDefault("pending", 0L)).isZero();
    }

    @Test
    void aNodeIsSeenForAsLongAsItIsAtWork() {
        node.watch.looks().extendLeases();
        node("node-2", Setup.USUAL).watch.looks().extendLeases();
        Nodes nodes = node.watch.looks().nodes();
        assertThat(nodes.all()).extracting(Nodes.Seen::name).containsExactlyInAnyOrder("node-1", "node-2");
        clock.advance(Duration.ofMinutes(1));
        node.watch.looks().extendLeases();
        assertThat(nodes.all().stream().filter(seen -> seen.isThere(clock.instant())))
                .extracting(Nodes.Seen::name)
                .containsExactly("node-1");
        clock.advance(Duration.ofDays(2));
        node.watch.looks().extendLeases();
        assertThat(nodes.all()).extracting(Nodes.Seen::isHere).containsExactly(true);
    }
}
