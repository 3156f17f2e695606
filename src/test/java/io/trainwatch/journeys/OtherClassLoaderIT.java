package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the demo with classes that the JVM's own loader does not know, as {@code mvn exec:java} and application servers do.
 */
class OtherClassLoaderIT {

    @TempDir
    Path folder;

    @Test
    void theDemoRunsWithALoaderOfItsOwn() throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> command = loader.loadClass("io.trainwatch.cli.TrainwatchCommand");
            FutureTask<Object> demo = new FutureTask<>(() -> command.getMethod("execute", String[].class)
                    .invoke(null, (Object) new String[] {"demo", "--brief", "--directory", folder.toString()}));
            Thread thread = new Thread(demo, "demo");
            thread.setContextClassLoader(loader);
            thread.start();
            assertThat(demo.get()).isEqualTo(0);
        }
    }
}
