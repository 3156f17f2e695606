package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the distribution is shipped in: the bill of materials, the unit of systemd, Kubernetes, the image. */
class PackagingIT {

    private static final Path DISTRIBUTION = Path.of("target", "trainwatch");
    private static final Path PACKAGING = DISTRIBUTION.resolve("packaging");
    private static final double MAX_EXPOSURE = 2.5;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void theBillOfMaterialsNamesWhatLibHolds() throws IOException {
        Path file = DISTRIBUTION.resolve("sbom.cdx.json");
        assumeTrue(Files.exists(file), "SKIPPED: a build that is offline makes no bill of materials");
        JsonNode bill = MAPPER.readTree(file.toFile());
        Set<String> named = new TreeSet<>();
        for (JsonNode component : bill.get("components")) {
            Matcher classifier = Pattern.compile("[?&]classifier=([^&]+)")
                    .matcher(component.get("purl").asText());
            named.add(component.get("name").asText() + "-"
                    + component.get("version").asText() + (classifier.find() ? "-" + classifier.group(1) : "")
                    + ".jar");
        }
        try (Stream<Path> lib = Files.list(DISTRIBUTION.resolve("lib"))) {
            assertThat(named)
                    .isEqualTo(lib.map(jar -> jar.getFileName().toString())
                            .filter(name -> name.endsWith(".jar") && !name.startsWith("trainwatch-"))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        assertThat(bill.at("/metadata/component/name").asText()).isEqualTo("trainwatch");
    }

    @Test
    void theUnitOfSystemdIsSoundAndExposesLittle() throws Exception {
        assumeTools("systemd-analyze");
        Path unit = Files.writeString(
                folder.resolve("trainwatch.service"),
                Files.readString(PACKAGING.resolve("trainwatch.service"))
                        .replace(
                                "/opt/trainwatch", DISTRIBUTION.toAbsolutePath().toString()));
        assertThat(run("systemd-analyze", "verify", unit.toString())).isEmpty();
        Matcher exposure = Pattern.compile("exposure level for \\S+: ([\\d.]+)")
                .matcher(run("systemd-analyze", "security", "--offline=yes", unit.toString()));
        assertThat(exposure.find()).isTrue();
        assertThat(Double.parseDouble(exposure.group(1))).isLessThanOrEqualTo(MAX_EXPOSURE);
    }

    @Test
    void theProbesOfKubernetesAreAnsweredByTheService() throws Exception {
        String manifest = Files.readString(PACKAGING.resolve("kubernetes/trainwatch.yaml"));
        List<String> probes = Pattern.compile("httpGet: \\{path: (/\\S+),")
                .matcher(manifest)
                .results()
                .map(probe -> probe.group(1))
                .toList();
        assertThat(probes).hasSize(3);
        try (Distribution service = new Distribution(folder)
                .set("trainwatch.tenant.acme.base-url", "http://127.0.0.1:9/api/v2")
                .set("trainwatch.http.token", "a token of a test")) {
            service.start("run");
            String host = service.api().replaceFirst("/api$", "");
            for (String probe : probes) {
                await(probe)
                        .atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(run("curl", "-sS", "-w", " %{http_code}", host + probe))
                                .containsPattern("\"status\" ?: ?\"UP\"")
                                .endsWith(" 200"));
            }
        }
    }

    @Test
    void severalPodsAreThereWithPostgresqlOnly() throws Exception {
        assumeTools("kubectl");
        String one = run("kubectl", "kustomize", PACKAGING.resolve("kubernetes").toString());
        assertThat(one).containsPattern("(?m)^  replicas: 1$").doesNotContain("jdbc:");
        assertThat(run(
                        "kubectl",
                        "kustomize",
                        PACKAGING.resolve("kubernetes-postgresql").toString()))
                .containsPattern("(?m)^  replicas: [2-9]$")
                .contains("jdbc:postgresql:");
        assertThat(one).contains("readOnlyRootFilesystem: true", "runAsNonRoot: true", "drop:");
    }

    /** Built from the JDK of this machine in place of an image with one, so that nothing is fetched. */
    @Test
    void theImageRunsAsNobodyOnAReadOnlyRoot() throws Exception {
        assumeTools("buildah", "umoci", "crun", "jlink", "ldd");
        Path context = Files.createDirectories(folder.resolve("context"));
        Path archive = archive();
        Files.copy(archive, context.resolve(archive.getFileName()));
        List<String> buildah = List.of(
                "buildah",
                "--root",
                folder.resolve("images").toString(),
                "--runroot",
                folder.resolve("run").toString(),
                "--storage-driver",
                "vfs");
        List<String> build = new ArrayList<>(buildah);
        build.addAll(List.of("bud", "--isolation", "chroot", "--build-arg", "JDK=scratch", "-t", "trainwatch"));
        for (String ofThisMachine : List.of("/usr", "/bin", "/lib", "/lib64", "/etc")) {
            if (Files.exists(Path.of(ofThisMachine))) {
                build.addAll(List.of("-v", ofThisMachine + ":" + ofThisMachine + ":ro"));
            }
        }
        build.addAll(List.of("-f", PACKAGING.resolve("Containerfile").toString(), context.toString()));
        run(build.toArray(String[]::new));
        List<String> push = new ArrayList<>(buildah);
        push.addAll(List.of("push", "trainwatch", "oci:" + folder.resolve("image") + ":latest"));
        run(push.toArray(String[]::new));
        Path bundle = folder.resolve("bundle");
        run("umoci", "unpack", "--image", folder.resolve("image") + ":latest", bundle.toString());
        try (Stream<Path> all = Files.walk(bundle.resolve("rootfs"))) {
            assertThat(all.map(file -> file.getFileName().toString()))
                    .doesNotContain("sh", "bash", "busybox", "apt", "dpkg")
                    .contains("java");
        }

        ObjectNode config =
                (ObjectNode) MAPPER.readTree(bundle.resolve("config.json").toFile());
        assertThat(config.at("/process/user/uid").asInt()).isEqualTo(65532);
        ((ObjectNode) config.get("root")).put("readonly", true);
        ObjectNode process = (ObjectNode) config.get("process");
        process.put("terminal", false).put("noNewPrivileges", true);
        ArrayNode arguments = (ArrayNode) process.get("args");
        assertThat(arguments.get(arguments.size() - 1).asText()).isEqualTo("run");
        arguments.remove(arguments.size() - 1);
        arguments.add("demo").add("--brief").add("--directory").add("/var/lib/trainwatch/demo");
        ArrayNode mounts = (ArrayNode) config.get("mounts");
        for (String writable : List.of("/tmp", "/var/lib/trainwatch")) {
            Path here = Files.createDirectories(folder.resolve("volumes" + writable));
            Files.setPosixFilePermissions(here, PosixFilePermissions.fromString("rwxrwxrwx"));
            mounts.addObject()
                    .put("destination", writable)
                    .put("type", "bind")
                    .put("source", here.toAbsolutePath().toString())
                    .putArray("options")
                    .add("rbind")
                    .add("rw");
        }
        MAPPER.writeValue(bundle.resolve("config.json").toFile(), config);
        String name = "trainwatch-it-" + ProcessHandle.current().pid();
        // crun takes no machine with both kinds of cgroups: what it starts sees one of them.
        String crun = "umount /sys/fs/cgroup/unified 2>/dev/null; exec crun --cgroup-manager=disabled run --bundle "
                + bundle + " trainwatch-it-" + ProcessHandle.current().pid();
        assertThat(run("unshare", "-m", "sh", "-c", crun))
                .containsPattern("total_monitored +2\n")
                .contains("accepted with a valid signature")
                .doesNotContain("Exception");
    }

    private static Path archive() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void assumeTools(String... names) throws Exception {
        for (String name : names) {
            boolean there = new ProcessBuilder("sh", "-c", "command -v " + name)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
            assumeTrue(
                    there, () -> "SKIPPED: " + name + " is not installed, so this part of the packaging is not tried");
        }
    }

    /** What it prints. */
    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", command) + "\n" + said)
                .isZero();
        return said;
    }
}
