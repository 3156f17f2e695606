package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operations has an operator type, typed as it stands there, prints what stands there. */
class OperationsIT {

    private static final List<String> FOLDERS =
            List.of("/opt/trainwatch", "/etc/", "/var/lib/trainwatch", "/var/backups/");

    @TempDir
    private Path root;

    private String port;

    @BeforeEach
    void prepare() throws IOException {
        for (String folder :
                List.of("etc/systemd/system", "etc/trainwatch", "var/backups", "var/lib/trainwatch", "tools")) {
            Files.createDirectories(root.resolve(folder));
        }
        try (Stream<Path> target = Files.list(Path.of("target"))) {
            Path archive = target.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(archive, root.resolve(archive.getFileName()));
        }
        writeSystemctl();
        try (ServerSocket free = new ServerSocket(0)) {
            port = String.valueOf(free.getLocalPort());
        }
    }

    @AfterEach
    void endWhatRuns() {
        ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(root.toString()))
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void aFirstDayGoesAsThePageSays() throws Exception {
        replay("first-day.md");
    }

    /** On what the 0.1.0 of commit c074a59 left of the jobs of its simulator. */
    @Test
    void anUpgradeFrom010GoesAsThePageSays() throws Exception {
        run("tar", "-xzf", "src/test/resources/store-0.1.0/store.tar.gz", "-C", root + "/var/lib/trainwatch");
        Files.createDirectories(root.resolve("opt/trainwatch"));
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(42))) {
            List<String> properties = new ArrayList<>();
            simulator.properties().forEach((key, value) -> properties.add(key + " = " + value));
            properties.add("trainwatch.http.port = " + port);
            Files.write(root.resolve("etc/trainwatch/trainwatch.properties"), properties);
            replay("upkeep.md");
        }
    }

    private void replay(String page) throws IOException, InterruptedException {
        Map<String, String> replaced = new LinkedHashMap<>();
        FOLDERS.forEach(folder -> replaced.put(folder, root + folder));
        replaced.put("18080", port);
        new Transcript(root, replaced).replay(Path.of("docs", "operations", page), root.resolve("tools"));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** Does with the service what systemd does, without a user of its own. */
    private void writeSystemctl() throws IOException {
        Path script = Files.writeString(root.resolve("tools/systemctl"), """
                #!/bin/sh
                cd ROOT/var/lib/trainwatch
                case "$1" in
                    stop)
                        [ -f ../pid ] || exit 0
                        kill "$(cat ../pid)"
                        while kill -0 "$(cat ../pid)" 2>/dev/null; do sleep 0.1; done
                        rm ../pid
                        ;;
                    start | enable)
                        ROOT/opt/trainwatch/bin/trainwatch run -c ROOT/etc/trainwatch/trainwatch.properties \\
                            >../log 2>&1 </dev/null &
                        echo $! >../pid
                        while kill -0 "$(cat ../pid)" && ! grep -q 'The API is at' ../log; do sleep 0.1; done
                        ;;
                esac
                """.replace("ROOT", root.toString()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
