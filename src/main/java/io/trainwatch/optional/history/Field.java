package io.trainwatch.optional.history;

import java.util.HashMap;
import java.util.Map;

/** The fields of a recorded look, each with its name in an export and the short one in the store. */
enum Field {
    JOB("job", "j"),
    EPOCH("epoch", "i"),
    FENCE("fence", "f"),
    NUMBER("look", "n"),
    AT("at", "t"),
    STATE("state", "s"),
    PROGRESS("progress_percent", "p"),
    CPU("cpu_usage", "c"),
    MEMORY("memory_usage", "m"),
    GPU("gpu_memory_used", "g"),
    STARTED_AT("started_at", "b"),
    COMPLETED_AT("completed_at", "e"),
    CANCELLING("cancelling", "x"),
    METRICS("metrics", "w"),
    STOPPING("stopping", "k"),
    FOLLOWED("followed", "u"),
    POLICY("policy", "y"),
    OUTCOME("outcome", "o"),
    CANCEL("cancel", "d"),
    BREACHES("breaches", "r"),
    ACT("act", "a"),
    BEFORE("before", "q");

    private static final Map<String, Field> BY_NAME = byName();

    private final String full;
    private final String brief;

    Field(String full, String brief) {
        this.full = full;
        this.brief = brief;
    }

    String in(Form form) {
        return form == Form.STORE ? brief : full;
    }

    /** The field with this name, in either form; {@code null} where there is none. */
    static Field named(String name) {
        return BY_NAME.get(name);
    }

    private static Map<String, Field> byName() {
        Map<String, Field> names = new HashMap<>();
        for (Field field : values()) {
            names.put(field.full, field);
            names.put(field.brief, field);
        }
        return names;
    }

    /** Where a look is written to. */
    enum Form {
        /** Short names, times as nanoseconds since 1970; of job, epoch and fence there are columns. */
        STORE,
        /** Names and times for people. */
        EXPORT
    }
}
