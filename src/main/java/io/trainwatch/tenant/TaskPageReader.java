package io.trainwatch.tenant;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trainwatch.job.FieldReader;
import io.trainwatch.job.FieldReader.DocumentReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a page of tasks, item by item. */
final class TaskPageReader extends DocumentReader<TaskPage> {

    private static final int LONGEST_CURSOR = 4_096;

    TaskPageReader() {
        super(TaskPage.class);
    }

    @Override
    protected TaskPage read(JsonParser json) throws IOException {
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
                items.add(TaskReader.task(json));
            } else {
                fields.skip();
                items.add(Task.NONE);
            }
        }
        return items;
    }
}
