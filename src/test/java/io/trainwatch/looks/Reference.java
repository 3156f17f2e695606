package io.trainwatch.looks;

import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** What the references have in common: threads that end with the process, and a count for each line of the input. */
final class Reference {

    private Reference() {}

    interface Work {
        void run() throws IOException;
    }

    static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Prints the looks so far whenever a line comes, until there are no more. */
    static void report(LongAdder looks) throws IOException {
        System.out.println("ready");
        for (int read = System.in.read(); read >= 0; read = System.in.read()) {
            System.out.println(looks.sum());
        }
        System.exit(0);
    }
}
