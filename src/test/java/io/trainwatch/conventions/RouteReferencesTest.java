package io.trainwatch.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a file of {@code routes/} names is there: beans, components, settings, error handling. */
class RouteReferencesTest {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^:}]+)(:[^}]*)?}}");
    private static final Pattern BEAN_IN_TEXT = Pattern.compile("\\bbean:(\\w+)(?:\\?method=(\\w+))?");

    @TempDir
    private static Path folder;

    private static DefaultCamelContext context;
    private static Settings settings;

    /** A context with the beans of production, and an empty route in place of each, which might not even load. */
    @BeforeAll
    static void prepare() throws IOException {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        for (RouteFile file : files()) {
            Files.writeString(
                    routes.resolve(file.id() + ".camel.yaml"),
                    file.isRoute()
                            ? "[{route: {id: %s, from: {uri: '%s', steps: [{log: {message: none}}]}}}]"
                                    .formatted(
                                            file.id(),
                                            file.from().matches("(direct|seda):.*")
                                                    ? file.from()
                                                    : "direct:" + file.id())
                            : "[{rest: {id: %s}}]".formatted(file.id()));
        }
        settings = TrainwatchSettings.read(Sources.of(Map.of(
                "trainwatch.tenant.acme.base-url",
                "https://tenant.example",
                "trainwatch.tenant.acme.client-id",
                "trainwatch",
                "trainwatch.tenant.acme.client-secret",
                "secret",
                "trainwatch.store.url",
                "jdbc:sqlite:" + folder.resolve("trainwatch.db"),
                "trainwatch.audit.directory",
                folder.resolve("audit").toString(),
                "trainwatch.routes.directory",
                routes.toString())));
        context = new DefaultCamelContext();
        context.getRegistry().bind("settings", settings);
        context.init();
    }

    @AfterAll
    static void stop() throws IOException {
        context.close();
    }

    static List<RouteFile> files() {
        return RouteFile.all();
    }

    /** The others leave their failures to the route that calls them. */
    static List<RouteFile> routesWithErrorHandling() {
        return files().stream()
                .filter(file -> file.content().has("routeConfigurationId"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("routesWithErrorHandling")
    void usesAnErrorHandlingThatIsThere(RouteFile file) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        assertThat(model.getRouteConfigurationDefinitions())
                .extracting(RouteConfigurationDefinition::getId)
                .as("%s: routeConfigurationId names what ErrorHandling.configuration() defines", file)
                .contains(file.text("routeConfigurationId"));
    }

    @Test
    void everyBeanIsBoundAndHasTheMethodThatIsCalled() {
        assertThat(beanCalls()).isNotEmpty().allSatisfy((name, methods) -> {
            Object bean = context.getRegistry().lookupByName(name);
            assertThat(bean)
                    .as("Nothing is bound as '%s'; bind it in TrainwatchBeans.bind(), or correct the name", name)
                    .isNotNull();
            assertThat(publicMethods(bean.getClass()))
                    .as("'%s' is a %s; what a route calls must be public", name, bean.getClass())
                    .containsAll(methods);
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void sendsOnlyThroughComponentsThatAreThere(RouteFile file) {
        file.eachMember((path, value) -> {
            if (path.endsWith("uri") && !value.asText().startsWith("${")) {
                String scheme = value.asText().split(":", 2)[0];
                assertThat(context.getComponent(scheme, true, false))
                        .as("%s: no component '%s'; add its module or bind it in TrainwatchBeans.bind()", file, scheme)
                        .isNotNull();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void namesOnlySettingsThatAreDocumented(RouteFile file) {
        file.eachMember((path, value) -> {
            Matcher placeholder = PLACEHOLDER.matcher(value.asText(""));
            while (placeholder.find()) {
                assertThat(settings.effective())
                        .as("%s: %s is no setting that has a value; docs/configuration.md lists them", file, path)
                        .containsKey(placeholder.group(1));
                assertThat(placeholder.group(2))
                        .as("%s: %s has a default of its own; the only one stands with the setting", file, path)
                        .isNull();
            }
        });
    }

    /** Every bean that a route or Java code names, with the methods that are called. */
    private static Map<String, Set<String>> beanCalls() {
        Map<String, Set<String>> calls = new HashMap<>(JavaSources.beanCalls());
        for (RouteFile file : files()) {
            file.eachMember((path, value) -> {
                if (value.has("ref")) {
                    // The language of that name has what it refers to in a field of its own.
                    String name = value.path("ref")
                            .path("expression")
                            .asText(value.path("ref").asText());
                    call(calls, name, value.path("method").asText(null));
                }
                String text = value.asText("");
                if (text.matches("#\\w+")) {
                    call(calls, text.substring(1), null);
                }
                Matcher bean = BEAN_IN_TEXT.matcher(text);
                while (bean.find()) {
                    call(calls, bean.group(1), bean.group(2));
                }
            });
        }
        return calls;
    }

    private static void call(Map<String, Set<String>> calls, String bean, String method) {
        Set<String> methods = calls.computeIfAbsent(bean, name -> new TreeSet<>());
        if (method != null) {
            methods.add(method);
        }
    }

    private static Set<String> publicMethods(Class<?> type) {
        if (!Modifier.isPublic(type.getModifiers())) {
            return Set.of();
        }
        return Stream.of(type.getMethods()).map(Method::getName).collect(Collectors.toSet());
    }
}
