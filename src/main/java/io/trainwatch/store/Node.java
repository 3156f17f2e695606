package io.trainwatch.store;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.UUID;

/**
 * This process, as it signs its leases: {@code name/pid/start/random}. Two processes never share one.
 *
 * @param id at most 160 characters
 */
public record Node(String id) {

    /**
     * The running process.
     *
     * @param name for people; the host's name where it is empty
     */
    public static Node thisProcess(String name) {
        ProcessHandle process = ProcessHandle.current();
        String random = UUID.randomUUID().toString().substring(0, 8);
        return new Node(String.join(
                "/",
                name.isEmpty() ? host() : name,
                Long.toString(process.pid()),
                Long.toString(startOf(process)),
                random));
    }

    /** Whether the process that signed so is certainly gone. To be asked on the machine that it ran on. */
    static boolean isGone(String id) {
        String[] parts = id.split("/");
        if (parts.length != 4) {
            return false;
        }
        long pid = Long.parseLong(parts[1]);
        long start = Long.parseLong(parts[2]);
        // The start tells a process from a later one that was given the same number; it is exact to some 10 ms.
        return ProcessHandle.of(pid)
                .map(process -> Math.abs(startOf(process) - start) > 1000)
                .orElse(true);
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replace('/', '-');
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
