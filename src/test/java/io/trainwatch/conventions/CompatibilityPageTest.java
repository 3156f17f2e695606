package io.trainwatch.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** {@code docs/compatibility.md} is made from the tests that are a {@link Situation}: nothing in it is without one. */
class CompatibilityPageTest {

    private static final Path PAGE = Path.of("docs", "compatibility.md");

    private static final List<Method> TESTS =
            ReflectionSupport.findAllClassesInPackage("io.trainwatch", type -> true, name -> true).stream()
                    .flatMap(type -> ReflectionSupport.findMethods(
                            type,
                            method -> method.getDeclaringClass() == type && method.isAnnotationPresent(Situation.class),
                            HierarchyTraversalMode.TOP_DOWN)
                            .stream())
                    .sorted(Comparator.comparing(CompatibilityPageTest::place))
                    .toList();

    @Test
    void thePageShowsTheSituationsAsTheyAreTested() throws Exception {
        if (Boolean.getBoolean("trainwatch.renew")) {
            Files.writeString(PAGE, markdown());
        }

        assertThat(PAGE)
                .as("%s is stale; renew it: mvn -q test -Dtest=CompatibilityPageTest -Dtrainwatch.renew=true", PAGE)
                .content()
                .isEqualTo(markdown());
    }

    @Test
    void everySituationIsATestThatRuns() {
        assertThat(TESTS).isNotEmpty().allSatisfy(method -> {
            assertThat(AnnotationSupport.isAnnotated(method, Testable.class)).isTrue();
            assertThat(AnnotationSupport.isAnnotated(method, Disabled.class)).isFalse();
            assertThat(source(method)).exists();
            assertThat(situation(method).when()).doesNotContain("|", "\n").doesNotEndWith(".");
            assertThat(situation(method).then()).doesNotContain("|", "\n").doesNotEndWith(".");
        });
    }

    private static String markdown() {
        StringBuilder page = new StringBuilder("""
                        # What tenants, receivers and machines really do

                        Situations from the reports of people who do this job, and what Trainwatch does in them. Made from its tests: each row is one, and the test fails where the row is not true. `TenantsIT`, `ReceiversIT`, `PrometheusIT` and `MachinesIT` play several at once on the packaged service, and fail at a stack trace, or at more than ten lines of the log about one of them.
                        """);
        for (Situation.Of of : Situation.Of.values()) {
            page.append("\n## ").append(of.title).append("\n\n| situation | what happens | test |\n|---|---|---|\n");
            TESTS.stream()
                    .filter(method -> situation(method).of() == of)
                    .forEach(method -> page.append("| %s | %s | [%s](../%s) |\n"
                            .formatted(
                                    situation(method).when(),
                                    situation(method).then(),
                                    method.getDeclaringClass().getSimpleName(),
                                    source(method))));
        }
        return page.toString();
    }

    private static Situation situation(Method method) {
        return method.getAnnotation(Situation.class);
    }

    private static Path source(Method method) {
        return Path.of("src/test/java", method.getDeclaringClass().getName().replace('.', '/') + ".java");
    }

    private static String place(Method method) {
        return source(method) + "#" + method.getName();
    }
}
