package io.trainwatch.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that number theirs anew, as containers do: the first of each has the number 1, and sees no other's. */
public final class PidNamespace {

    private static final List<String> UNSHARE = List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

    private PidNamespace() {}

    /** The command that runs this one in a namespace of its own. */
    public static List<String> with(List<String> command) {
        List<String> all = new ArrayList<>(UNSHARE);
        all.addAll(command);
        return all;
    }

    /** Skips the test where no namespace can be made. */
    public static void assumeAllowed() throws InterruptedException {
        boolean allowed;
        try {
            allowed = new ProcessBuilder(with(List.of("true"))).start().waitFor() == 0;
        } catch (IOException e) {
            allowed = false;
        }
        assumeTrue(allowed, "SKIPPED: needs the right to make a PID namespace (unshare --pid), as root has");
    }

    /** Kills what runs in it, and waits until that is gone. */
    public static void kill(Process process) throws InterruptedException {
        List<ProcessHandle> inside = process.descendants().toList();
        inside.forEach(ProcessHandle::destroyForcibly);
        if (inside.isEmpty()) {
            process.destroyForcibly();
        }
        process.waitFor();
    }
}
