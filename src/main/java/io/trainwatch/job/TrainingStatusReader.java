package io.trainwatch.job;

import com.fasterxml.jackson.core.JsonParser;
import io.trainwatch.job.FieldReader.DocumentReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the document of the {@code training} API, field by field. */
final class TrainingStatusReader extends DocumentReader<JobStatus> {

    private static final String METRIC = "metrics[]";
    private static final int MAX_NAME_CHARACTERS = 128;
    private static final int MAX_UNIT_CHARACTERS = 32;
    /** Samples that are read before those that are too many are dropped: a list may have any length. */
    private static final int MAX_HELD = 10 * JobStatus.MAX_METRICS;

    private static final Comparator<Metric> BY_TIME =
            Comparator.comparing(Metric::timestamp, Comparator.nullsLast(Comparator.naturalOrder()));

    TrainingStatusReader() {
        super(JobStatus.class);
    }

    @Override
    protected JobStatus read(JsonParser json) throws IOException {
        FieldReader fields = new FieldReader(json);
        Double progress = null;
        Samples samples = new Samples();
        ResourceUtilization used = ResourceUtilization.UNKNOWN;
        Instant startedAt = null;
        Instant completedAt = null;
        while (fields.next()) {
            switch (fields.name()) {
                case "job_id" -> fields.decide("job_id");
                case "state" -> fields.decide("state");
                case "progress_percent" -> progress = fields.percent("progress_percent");
                case "metrics" -> samples = metrics(fields);
                case "resource_utilization" -> used = resources(fields);
                case "started_at" -> startedAt = fields.time("started_at");
                case "completed_at" -> completedAt = fields.time("completed_at");
                default -> fields.skip();
            }
        }
        TrainingState state = TrainingState.named(fields.decided("state"));
        fields.mayBeNull("started_at");
        fields.mayBeNull("completed_at");
        fields.mayBeNull("resource_utilization.gpu_memory_used");
        if (state == TrainingState.QUEUED) {
            fields.mayBeNull("progress_percent");
            fields.mayBeNull("metrics");
            fields.mayBeNull("resource_utilization");
            fields.mayBeNull("resource_utilization.cpu_usage");
            fields.mayBeNull("resource_utilization.memory_usage");
        }
        return new JobStatus(
                fields.decided("job_id"),
                state,
                progress,
                samples.latest(),
                used,
                startedAt,
                completedAt,
                samples.truncated(),
                null,
                false,
                null,
                fields.unusable());
    }

    private static ResourceUtilization resources(FieldReader fields) throws IOException {
        if (!fields.isObject("resource_utilization")) {
            return ResourceUtilization.UNKNOWN;
        }
        Double cpu = null;
        Double memory = null;
        Double gpuMemory = null;
        while (fields.next()) {
            switch (fields.name()) {
                case "cpu_usage" -> cpu = fields.percent("resource_utilization.cpu_usage");
                case "memory_usage" -> memory = fields.percent("resource_utilization.memory_usage");
                case "gpu_memory_used" -> gpuMemory = fields.notNegative("resource_utilization.gpu_memory_used");
                default -> fields.skip();
            }
        }
        return new ResourceUtilization(cpu, memory, gpuMemory);
    }

    private static Samples metrics(FieldReader fields) throws IOException {
        Samples samples = new Samples();
        if (fields.isArray("metrics")) {
            while (fields.nextItem()) {
                Metric sample = fields.isObject(METRIC) ? metric(fields) : null;
                if (sample != null) {
                    samples.add(sample);
                }
            }
        }
        return samples;
    }

    /**
     * One sample; {@code null} where it cannot be used. A value that is there and is no finite number stays what it is, for
     * the rule that asks for it; such a sample may have no time.
     */
    private static Metric metric(FieldReader fields) throws IOException {
        Instant timestamp = null;
        String name = null;
        Double value = null;
        String unit = null;
        while (fields.next()) {
            switch (fields.name()) {
                case "timestamp" -> timestamp = fields.time("metrics[].timestamp");
                case "metric_name" -> name = fields.text("metrics[].metric_name", MAX_NAME_CHARACTERS);
                case "value" -> value = fields.number();
                case "unit" -> unit = fields.cutText("metrics[].unit", MAX_UNIT_CHARACTERS);
                default -> fields.skip();
            }
        }
        fields.mayBeNull("metrics[].unit");
        if (name == null || name.isBlank()) {
            fields.cannotUse("metrics[].metric_name", "missing");
            return null;
        }
        if (value == null) {
            fields.cannotUse("metrics[].value", "missing in " + name);
            return null;
        }
        if (timestamp == null) {
            fields.cannotUse("metrics[].timestamp", "missing in " + name);
        }
        if (!Double.isFinite(value)) {
            fields.cannotUse("metrics[].value", "not a finite number in " + name);
        } else if (timestamp == null) {
            return null;
        }
        return new Metric(timestamp, name, value, unit);
    }

    /** The samples of a document, of which the latest are kept. */
    private static final class Samples {

        private List<Metric> held = new ArrayList<>();
        private int truncated;

        void add(Metric sample) {
            held.add(sample);
            if (held.size() == MAX_HELD) {
                held = new ArrayList<>(latest());
            }
        }

        List<Metric> latest() {
            int tooMany = held.size() - JobStatus.MAX_METRICS;
            if (tooMany <= 0) {
                return held;
            }
            truncated += tooMany;
            held.sort(BY_TIME);
            held = held.subList(tooMany, held.size());
            return held;
        }

        /** How many were left out; known once {@link #latest} was asked. */
        int truncated() {
            return truncated;
        }
    }
}
