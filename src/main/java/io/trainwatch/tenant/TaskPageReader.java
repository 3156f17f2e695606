package io.trainwatch.tenant;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.trainwatch.job.FieldReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a page of tasks, item by item. */
final class TaskPageReader extends StdDeserializer<TaskPage> {

    private static final int LONGEST_CURSOR = 4_096;

    TaskPageReader() {
        super(TaskPage.class);
    }

    @Override
    public TaskPage getNullValue(DeserializationContext context) throws JsonMappingException {
        throw FieldReader.noObject(context.getParser(), TaskPage.class);
    }

    @Override
    public TaskPage deserialize(JsonParser json, DeserializationContext context) throws IOException {
        if (!json.hasToken(JsonToken.START_OBJECT)) {
            throw FieldReader.noObject(json, TaskPage.class);
        }
        FieldReader fields = new FieldReader(json);
        List<Task> items = null;
        String next = null;
        while (fields.next()) {
            switch (fields.name()) {
                case "items" -> items = fields.isArray("items") ? items(json, fields) : null;
                case "next", "nextCursor" -> {
                    String cursor = fields.text("next", LONGEST_CURSOR);
                    next = cursor == null || cursor.isBlank() ? next : cursor;
                }
                default -> fields.skip();
            }
        }
        return new TaskPage(items, next);
    }

    private static List<Task> items(JsonParser json, FieldReader fields) throws IOException {
        List<Task> items = new ArrayList<>();
        while (fields.nextItem()) {
            if (json.hasToken(JsonToken.START_OBJECT)) {
                items.add(TaskReader.read(json));
            } else {
                fields.skip();
                items.add(Task.NONE);
            }
        }
        return items;
    }
}
