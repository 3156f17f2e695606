package io.trainwatch;

import io.trainwatch.store.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the routes: those in the jar, and those in the routes folder. A file in the folder takes the place of the one of
 * the same name in the jar, and a new one is added; so a runtime needs no folder, and an integrator changes one route
 * by putting one file there.
 */
final class RouteFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final String SUFFIX = ".camel.yaml";

    private final CamelContext context;
    private final Path directory;

    /** @param directory need not exist */
    RouteFiles(CamelContext context, Path directory) {
        this.context = context;
        this.directory = directory;
    }

    /** The routes in the order of their names. */
    List<Resource> find() throws Exception {
        Map<String, Resource> byName = new TreeMap<>();
        for (Resource resource : PluginHelper.getPackageScanResourceResolver(context)
                .findResources("classpath:trainwatch/routes/*" + SUFFIX)) {
            byName.put(name(resource.getLocation()), resource);
        }
        if (Files.isDirectory(directory)) {
            for (Path file : files()) {
                byName.put(
                        file.getFileName().toString(),
                        ResourceHelper.resolveMandatoryResource(context, "file:" + file));
            }
            tellBrought(byName);
            OwnFiles.openToAll(directory, SUFFIX)
                    .forEach(open -> LOG.warn(
                            "Everybody may write {}, and so have this service run what they like. Run: chmod o-w {}",
                            open,
                            open));
        }
        return List.copyOf(byName.values());
    }

    private void tellBrought(Map<String, Resource> byName) {
        List<String> brought = byName.entrySet().stream()
                .filter(route -> !route.getValue().getLocation().startsWith("file:" + directory))
                .map(Map.Entry::getKey)
                .toList();
        if (!brought.isEmpty()) {
            LOG.info(
                    "{} of {} routes are not in the folder {}; those that Trainwatch brings are used: {}",
                    brought.size(),
                    byName.size(),
                    directory,
                    String.join(", ", brought));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .toList();
        }
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
