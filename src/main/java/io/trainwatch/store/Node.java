package io.trainwatch.store;

import java.time.Instant;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * This process, as it signs its leases: {@code name/pid/start/random}. Two processes never share one.
 *
 * @param id at most 160 characters
 */
public record Node(String id) {

    private static final Pattern SIGNED = Pattern.compile(".*/(\\d+)/(-?\\d+)/(\\w+)", Pattern.DOTALL);

    /**
     * The running process.
     *
     * @param name for people
     */
    public static Node thisProcess(String name) {
        String random = UUID.randomUUID().toString().substring(0, 8);
        return new Node(String.join("/", name, process().replace('-', '/'), random));
    }

    /** What is left of the id without the name, fit for the name of a file: {@code pid-start-random}. */
    String mark() {
        return mark(id);
    }

    /** The mark of any id; empty where it has none. */
    static String mark(String id) {
        Matcher parts = SIGNED.matcher(id);
        return parts.matches() ? String.join("-", parts.group(1), parts.group(2), parts.group(3)) : "";
    }

    /** Whether a node of the running process has this mark. */
    static boolean isOfThisProcess(String mark) {
        return mark.startsWith(process() + "-");
    }

    private static String process() {
        ProcessHandle process = ProcessHandle.current();
        Instant start = process.info().startInstant().orElse(Instant.EPOCH);
        return process.pid() + "-" + start.toEpochMilli();
    }
}
