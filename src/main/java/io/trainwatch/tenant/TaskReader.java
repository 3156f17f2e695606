package io.trainwatch.tenant;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trainwatch.job.FieldReader;
import io.trainwatch.job.FieldReader.DocumentReader;
import io.trainwatch.tenant.Task.Parameters;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Reads a task, field by field. */
final class TaskReader extends DocumentReader<Task> {

    private static final int LONGEST_NAME = 256;
    private static final List<String> MAY_BE_NULL = List.of(
            "name",
            "type",
            "currentStep",
            "totalStep",
            "progress",
            "failReason",
            "createdAt",
            "lastRunAt",
            "lastFinishedAt",
            "lastChanged",
            "lastChangedAt");

    TaskReader() {
        super(Task.class);
    }

    @Override
    protected Task read(JsonParser json) throws IOException {
        return task(json);
    }

    /** Reads the object that the parser has come to the start of. */
    static Task task(JsonParser json) throws IOException {
        FieldReader fields = new FieldReader(json);
        String name = null;
        String type = null;
        Double currentStep = null;
        Double totalStep = null;
        Double progress = null;
        String projectId = null;
        Parameters parameters = Parameters.NONE;
        String failReason = null;
        Instant createdAt = null;
        Instant lastRunAt = null;
        Instant lastFinishedAt = null;
        Instant lastChanged = null;
        while (fields.next()) {
            String field = fields.name();
            switch (field) {
                case "_id", "id", "status" -> fields.decide(field);
                case "name" -> name = fields.cutText(field, LONGEST_NAME);
                case "type" -> type = fields.cutText(field, LONGEST_NAME);
                case "currentStep" -> currentStep = fields.notNegative(field);
                case "totalStep" -> totalStep = fields.notNegative(field);
                case "progress" -> progress = fields.percent(field);
                case "projectId" -> projectId = id(json, fields);
                case "data", "parameters" -> parameters = parameters(json, fields, parameters);
                case "failReason" -> failReason = fields.cutText(field, Task.MOST_REASON);
                case "createdAt" -> createdAt = fields.time(field);
                case "lastRunAt" -> lastRunAt = fields.time(field);
                case "lastFinishedAt" -> lastFinishedAt = fields.time(field);
                case "lastChanged", "lastChangedAt" -> lastChanged = or(fields.time(field), lastChanged);
                default -> fields.skip();
            }
        }
        MAY_BE_NULL.forEach(fields::mayBeNull);
        return new Task(
                or(fields.decided("_id"), fields.decided("id")),
                kinds(name, type),
                Task.Status.named(fields.decided("status")),
                currentStep,
                totalStep,
                progress,
                or(projectId, parameters.projectId()),
                parameters,
                failReason,
                createdAt,
                lastRunAt,
                lastFinishedAt,
                lastChanged,
                fields.unusable());
    }

    /** Data may be anything: what is not about a training is no complaint. */
    private static Parameters parameters(JsonParser json, FieldReader fields, Parameters known) throws IOException {
        if (!json.hasToken(JsonToken.START_OBJECT)) {
            fields.skip();
            return known;
        }
        Parameters read = known;
        while (fields.next()) {
            String name = fields.name();
            String id = id(json, fields);
            read = id == null
                    ? read
                    : switch (name) {
                        case "flowId" -> new Parameters(id, read.projectId(), read.localeId());
                        case "projectId" -> new Parameters(read.flowId(), id, read.localeId());
                        case "localeId" -> new Parameters(read.flowId(), read.projectId(), id);
                        default -> read;
                    };
        }
        return read;
    }

    /** What may be anything, where it is an id; else {@code null}. */
    private static String id(JsonParser json, FieldReader fields) throws IOException {
        String id = json.hasToken(JsonToken.VALUE_STRING) && !json.getText().isBlank() ? json.getText() : null;
        fields.skip();
        return id;
    }

    /** Where there is a name beside the type, it may be one for people: of several words, it is no kind. */
    private static List<String> kinds(String name, String type) {
        List<String> both = Stream.of(or(name, ""), or(type, ""))
                .filter(kind -> !kind.isBlank())
                .distinct()
                .toList();
        return both.size() < 2
                ? both
                : both.stream().filter(kind -> kind.indexOf(' ') < 0).toList();
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
