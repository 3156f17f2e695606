package io.trainwatch.optional.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.trainwatch.job.Extremes;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.history.LookLine.Form;
import io.trainwatch.optional.history.LookWriter.SampleWindow;
import io.trainwatch.optional.history.RecordedLook.Decided;
import io.trainwatch.rules.Level;
import io.trainwatch.watch.ActionTaken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A look is read as it was written, to the last bit, in the store and in an export. */
class LookJsonTest {

    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.123456789Z");

    private final Random random = new Random(6);

    @ParameterizedTest
    @EnumSource(Form.class)
    void looksOfAJobComeBackAsTheyWere(Form form) throws IOException {
        LookWriter writer = new LookWriter(form);
        LookReader reader = new LookReader();
        SampleWindow shown = SampleWindow.EMPTY;
        List<Metric> samples = List.of();
        for (int i = 1; i <= 300; i++) {
            samples = next(samples);
            RecordedLook look = look(i, samples, i == 1 || i % 50 == 0);
            RecordedLook read =
                    read(reader, line(writer, form, look, look.before() == null ? shown : SampleWindow.EMPTY));
            assertThat(withoutBefore(read)).isEqualTo(withoutBefore(look));
            assertThat(text(read.before())).isEqualTo(text(look.before()));
            shown = SampleWindow.of(samples);
        }
    }

    @Test
    void onlyNewSamplesAreWritten() {
        LookWriter writer = new LookWriter(Form.EXPORT);
        Metric first = new Metric(AT, "loss", 0.5, null);
        Metric second = new Metric(AT.plusSeconds(1), "loss", 0.25, "ratio");
        SampleWindow shown = SampleWindow.of(List.of(first));
        assertThat(writer.write(look(2, List.of(first, second), false), shown))
                .contains("\"metrics\":[[0,1],[\"2026-03-01T12:00:01.123456789Z\",\"loss\",0.25,\"ratio\"]]");
    }

    /** What was recorded before must be read as it was, and what is recorded now by an older version. */
    @Test
    void bothFormsStayAsTheyAre() {
        Metric first = new Metric(AT, "loss", 0.5, null);
        RecordedLook look = new RecordedLook(
                "acme:bots/a",
                2,
                9,
                3,
                AT.plusNanos(3),
                new JobStatus(
                        "a",
                        TrainingState.RUNNING,
                        12.5,
                        List.of(first, new Metric(AT.plusSeconds(1), "loss", Double.NaN, "ratio")),
                        new ResourceUtilization(97.0, null, 3.0),
                        AT,
                        null,
                        0,
                        null,
                        true),
                true,
                false,
                "0123456789abcdef",
                new Decided("breached", true, List.of(new Decided.Found("max-cpu", Level.CANCEL, 97, 95, AT))),
                ActionTaken.REPORT,
                new RecordedLook.Known(TrainingState.QUEUED, Observed.none()));
        SampleWindow shown = SampleWindow.of(List.of(first));
        String observed = Observed.none().toJson();
        assertThat(new LookWriter(Form.STORE).write(look, shown))
                .isEqualTo("{\"n\":3,\"t\":1772366400123456792,\"s\":\"RUNNING\",\"p\":12.5,\"c\":97.0,\"g\":3.0,"
                        + "\"b\":1772366400123456789,\"x\":true,"
                        + "\"w\":[[0,1],[1772366401123456789,\"loss\",\"NaN\",\"ratio\"]],\"k\":true,\"u\":false,"
                        + "\"y\":\"0123456789abcdef\",\"o\":\"breached\",\"d\":true,"
                        + "\"r\":[{\"rule\":\"max-cpu\",\"level\":\"cancel\",\"observed\":97.0,\"limit\":95.0,"
                        + "\"since\":1772366400123456789}],\"a\":\"report\",\"q\":{\"state\":\"QUEUED\",\"observed\":"
                        + observed + "}}");
        assertThat(new LookWriter(Form.EXPORT).write(look, shown))
                .isEqualTo("{\"job\":\"acme:bots/a\",\"epoch\":2,\"fence\":9,\"look\":3,"
                        + "\"at\":\"2026-03-01T12:00:00.123456792Z\",\"state\":\"RUNNING\",\"progress_percent\":12.5,"
                        + "\"cpu_usage\":97.0,\"gpu_memory_used\":3.0,\"started_at\":\"2026-03-01T12:00:00.123456789Z\","
                        + "\"cancelling\":true,"
                        + "\"metrics\":[[0,1],[\"2026-03-01T12:00:01.123456789Z\",\"loss\",\"NaN\",\"ratio\"]],"
                        + "\"stopping\":true,\"followed\":false,\"policy\":\"0123456789abcdef\","
                        + "\"outcome\":\"breached\",\"cancel\":true,"
                        + "\"breaches\":[{\"rule\":\"max-cpu\",\"level\":\"cancel\",\"observed\":97.0,\"limit\":95.0,"
                        + "\"since\":\"2026-03-01T12:00:00.123456789Z\"}],\"act\":\"report\","
                        + "\"before\":{\"state\":\"QUEUED\",\"observed\":" + observed + "}}");
    }

    @Test
    void numbersThatJsonHasNotComeBackToo() throws IOException {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0.0, Double.MIN_VALUE, 0.1 + 0.2}) {
            RecordedLook look = look(1, List.of(new Metric(Instant.MAX, "loss", value, null)), false);
            String line = line(new LookWriter(Form.STORE), Form.STORE, look, SampleWindow.EMPTY);
            assertThat(read(new LookReader(), line).status()).isEqualTo(look.status());
        }
    }

    @Test
    void aLineOfAnotherProgramNeedsJobTimeAndStateOnly() throws IOException {
        RecordedLook read = read(new LookReader(), """
                {"state": "RUNNING", "note": {"a": [1]}, "at": "2026-03-01T13:00:00+01:00", "cpu_usage": 97,
                 "job": "acme:bots/a", "memory_usage": null}""");
        assertThat(read.at()).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
        assertThat(read.epoch()).isEqualTo(1);
        assertThat(read.number()).isZero();
        assertThat(read.decided()).isEqualTo(Decided.HEALTHY);
        assertThat(read.status().jobId()).isEqualTo("a");
        assertThat(read.status().resourceUtilization()).isEqualTo(new ResourceUtilization(97.0, null, null));
    }

    @Test
    void aBreachOfAnotherProgramMayLackAllButItself() throws IOException {
        RecordedLook read = read(new LookReader(), """
                {"state": "RUNNING", "at": "2026-03-01T12:00:00Z", "job": "acme:bots/a", "outcome": "breached",
                 "act": "Report", "breaches": [{}, {"rule": "max-cpu", "level": "WARN", "observed": 97, "limit": 95}]}""");
        assertThat(read.act()).isEqualTo(ActionTaken.REPORT);
        assertThat(read.decided().found())
                .containsExactly(
                        new Decided.Found("", Level.CANCEL, Double.NaN, Double.NaN, null),
                        new Decided.Found("max-cpu", Level.WARN, 97, 95, null));
    }

    @Test
    void aLineThatIsNoLookIsRefusedByField() {
        assertThatThrownBy(() -> read(new LookReader(), "{\"job\":\"acme:bots/a\",\"state\":\"RUNNING\"}"))
                .hasMessage("'at' is missing");
        assertThatThrownBy(() -> read(new LookReader(), "{\"job\":\"acme:bots/a\",\"at\":\"2026-03-41T12:00:00Z\"}"))
                .hasMessageStartingWith("'at' cannot be read: ");
        assertThatThrownBy(() -> read(new LookReader(), "{\"job\":\"acme:bots/a\",\"state\":\"ASLEEP\"}"))
                .hasMessageStartingWith("'state' cannot be read: ");
        assertThatThrownBy(() -> read(new LookReader(), "{\"job\":\"acme:bots/a\",\"state\":\"running\"}"))
                .hasMessageStartingWith("'state' cannot be read: ");
        assertThatThrownBy(() -> read(
                        new LookReader(),
                        "{\"job\":\"acme:bots/a\",\"look\":1,\"at\":\"2026-03-01T12:00:00Z\",\"state\":\"RUNNING\","
                                + "\"metrics\":[[0,3]]}"))
                .hasMessageContaining("refers to samples 0 to 2 of the look before, which has 0");
    }

    @Test
    void looksWhosePredecessorsWereCutOffLackWhatTheyReferTo() throws IOException {
        Metric old = new Metric(AT, "loss", 0.5, null);
        Metric fresh = new Metric(AT.plusSeconds(9), "loss", 0.4, null);
        LookReader reader = new LookReader();
        LookWriter writer = new LookWriter(Form.EXPORT);
        RecordedLook cut = look(7, List.of(old, fresh), false);
        assertThat(read(reader, writer.write(cut, SampleWindow.of(List.of(old))))
                        .status()
                        .metrics())
                .containsExactly(fresh);
        RecordedLook whole = look(8, List.of(old, fresh), true);
        assertThat(read(reader, writer.write(whole, SampleWindow.EMPTY))
                        .status()
                        .metrics())
                .containsExactly(old, fresh);
        RecordedLook after = look(9, List.of(fresh), false);
        assertThat(read(reader, writer.write(after, SampleWindow.of(List.of(old, fresh))))
                        .status()
                        .metrics())
                .containsExactly(fresh);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void whateverIsRecordedCanBeReadAgain(Form form) throws IOException {
        for (int i = 0; i < 2_000; i++) {
            List<Metric> samples = Stream.generate(() -> new Metric(
                            Extremes.instant(random),
                            Extremes.text(random),
                            Extremes.number(random),
                            Extremes.text(random)))
                    .limit(random.nextInt(5))
                    .toList();
            RecordedLook usual = look(i, samples, false);
            JobStatus status = new JobStatus(
                    "a",
                    TrainingState.RUNNING,
                    random.nextBoolean() ? null : Extremes.number(random),
                    samples,
                    new ResourceUtilization(
                            Extremes.number(random), random.nextBoolean() ? null : Extremes.number(random), null),
                    Extremes.instant(random),
                    random.nextBoolean() ? null : Extremes.instant(random),
                    0,
                    null,
                    false);
            RecordedLook look = new RecordedLook(
                    usual.job(),
                    usual.epoch(),
                    usual.fence(),
                    usual.number(),
                    Extremes.instant(random),
                    status,
                    usual.stopping(),
                    usual.followed(),
                    usual.policy(),
                    new Decided(
                            "breached",
                            true,
                            List.of(new Decided.Found(
                                    Extremes.text(random),
                                    Level.CANCEL,
                                    Extremes.number(random),
                                    Extremes.number(random),
                                    Extremes.instant(random)))),
                    usual.act(),
                    new RecordedLook.Known(
                            TrainingState.QUEUED,
                            Observed.none()
                                    .after(status, Extremes.instant(random))
                                    .withoutSamples()));
            String line = line(new LookWriter(form), form, look, SampleWindow.EMPTY);
            RecordedLook back = read(new LookReader(), line);
            assertThat(withoutBefore(back)).isEqualTo(withoutBefore(look));
            assertThat(back.before().observed().toJson())
                    .isEqualTo(look.before().observed().toJson());
        }
    }

    /** As tenants do: some samples come, some go, now and then they stand in another order. */
    private List<Metric> next(List<Metric> before) {
        List<Metric> samples = new ArrayList<>(before);
        for (int i = random.nextInt(4); i > 0; i--) {
            samples.add(random.nextInt(5) == 0 ? 0 : samples.size(), sample());
        }
        while (samples.size() > 50) {
            samples.remove(0);
        }
        if (random.nextInt(20) == 0) {
            java.util.Collections.shuffle(samples, random);
        }
        return random.nextInt(30) == 0 ? List.of() : List.copyOf(samples);
    }

    private Metric sample() {
        return new Metric(
                AT.plusNanos(random.nextInt()).plusSeconds(random.nextInt(100_000)),
                random.nextBoolean() ? "loss" : "accuracy \"é\"",
                random.nextGaussian(),
                random.nextBoolean() ? "percent" : "ratio");
    }

    private RecordedLook look(long number, List<Metric> samples, boolean whole) {
        boolean breaks = number % 3 == 0;
        JobStatus status = new JobStatus(
                "a",
                TrainingState.values()[(int) (number % 5)],
                number % 7 == 0 ? null : random.nextDouble() * 100,
                samples,
                new ResourceUtilization(random.nextDouble() * 100, number % 4 == 0 ? null : 12.5, random.nextDouble()),
                number % 6 == 0 ? AT.minusSeconds(number) : null,
                number % 11 == 0 ? AT : null,
                0,
                null,
                number % 13 == 0);
        Decided decided = breaks
                ? new Decided(
                        "breached",
                        number % 2 == 0,
                        List.of(
                                new Decided.Found("max-cpu", Level.CANCEL, random.nextDouble(), 95, AT),
                                new Decided.Found("finite-loss", Level.WARN, Double.NaN, Double.NaN, AT.minusNanos(1))))
                : number % 5 == 1 ? Decided.HEALTHY : new Decided("finished", false, List.of());
        RuleMemory memory = new RuleMemory(-77, 64, random.nextLong(), random.nextDouble(), -0.3, 4.5, AT, AT);
        Observed before = Observed.none()
                .after(status.withoutMetrics(), AT.minusNanos(5))
                .remembering(Map.of("max-cpu", memory, "q", RuleMemory.none(3)));
        return new RecordedLook(
                "acme:bots/a",
                2,
                number * 3,
                number,
                AT.plusNanos(number),
                status,
                number % 2 == 1,
                number % 17 != 0,
                number % 4 == 1 ? null : "0123456789abcdef",
                decided,
                ActionTaken.values()[(int) (number % 3)],
                whole ? new RecordedLook.Known(number == 1 ? null : TrainingState.RUNNING, before) : null);
    }

    private static String line(LookWriter writer, Form form, RecordedLook look, SampleWindow shown) {
        String text = writer.write(look, shown);
        return form == Form.EXPORT
                ? text
                : "{\"job\":\"" + look.job() + "\",\"epoch\":" + look.epoch() + ",\"fence\":" + look.fence() + ","
                        + text.substring(1);
    }

    private static RecordedLook read(LookReader reader, String line) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(line)) {
            json.nextToken();
            RecordedLook look = reader.read(json);
            assertThat(json.nextToken()).isNull();
            return look;
        }
    }

    /** {@code Observed} holds an array, and so is compared by its text. */
    private static RecordedLook withoutBefore(RecordedLook look) {
        return new RecordedLook(
                look.job(),
                look.epoch(),
                look.fence(),
                look.number(),
                look.at(),
                look.status(),
                look.stopping(),
                look.followed(),
                look.policy(),
                look.decided(),
                look.act(),
                null);
    }

    private static String text(RecordedLook.Known known) {
        return known == null ? "" : known.state() + known.observed().toJson();
    }
}
