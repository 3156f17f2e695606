package io.trainwatch.demo.simulator;

import java.util.regex.Pattern;

/** Ids as the {@code tasks} API spells them: 24 hexadecimal digits. */
public final class ObjectIds {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{24}");

    private ObjectIds() {}

    /** The name itself where it is an id already; otherwise an id that is always the same for the same name. */
    public static String of(String name) {
        if (ID.matcher(name).matches()) {
            return name;
        }
        return String.format("%016x%08x", Chance.seed(24, name), (int) Chance.seed(8, name) & 0xFFFFFFFFL);
    }
}
