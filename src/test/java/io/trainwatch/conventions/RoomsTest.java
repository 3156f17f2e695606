package io.trainwatch.conventions;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may use which, and what no class does. */
class RoomsTest {

    private static final String ROOT = "io.trainwatch";

    /** The rooms that all may use. */
    private static final Set<String> EVERYBODYS = Set.of("text", "measure");

    /** The packages below the root, each with those that it may use. The root itself, which wires them, may use all. */
    private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
            Map.entry("text", Set.of()),
            Map.entry("measure", Set.of()),
            Map.entry("job", Set.of()),
            Map.entry("errors", Set.of()),
            Map.entry("settings", Set.of()),
            Map.entry("store", Set.of("errors", "settings")),
            Map.entry("http", Set.of("errors", "settings")),
            Map.entry("signing", Set.of("settings")),
            Map.entry("audit", Set.of("errors", "settings", "signing", "store")),
            Map.entry("rules", Set.of("audit", "errors", "job", "settings", "store")),
            Map.entry("tenant", Set.of("errors", "http", "job", "settings")),
            Map.entry("webhook", Set.of("audit", "errors", "http", "settings", "signing", "store")),
            Map.entry("watch", Set.of("audit", "errors", "job", "rules", "settings", "store", "webhook")),
            Map.entry("optional", Set.of("audit", "errors", "settings", "store", "tenant", "watch")),
            Map.entry("optional.history", Set.of("errors", "job", "optional", "rules", "settings", "store", "watch")),
            Map.entry(
                    "optional.discovery",
                    Set.of("errors", "job", "optional", "rules", "settings", "store", "tenant", "watch")),
            Map.entry(
                    "optional.training",
                    Set.of("audit", "errors", "job", "optional", "settings", "store", "tenant", "watch")),
            Map.entry("optional.prometheus", Set.of("errors", "http", "job", "optional", "settings", "store", "watch")),
            Map.entry("optional.metrics", Set.of("audit", "store", "watch", "webhook")),
            Map.entry(
                    "optional.report",
                    Set.of("errors", "job", "optional", "rules", "settings", "store", "tenant", "watch")),
            Map.entry("audit.explain", Set.of("audit")),
            Map.entry(
                    "api",
                    Set.of(
                            "audit",
                            "audit.explain",
                            "errors",
                            "http",
                            "job",
                            "optional.discovery",
                            "optional.history",
                            "rules",
                            "settings",
                            "store",
                            "tenant",
                            "watch",
                            "webhook")),
            Map.entry(
                    "cli.check",
                    Set.of(
                            "",
                            "api",
                            "audit",
                            "errors",
                            "http",
                            "job",
                            "optional.discovery",
                            "optional.prometheus",
                            "rules",
                            "settings",
                            "store",
                            "tenant",
                            "watch",
                            "webhook")),
            Map.entry(
                    "cli",
                    Set.of(
                            "",
                            "api",
                            "audit",
                            "audit.explain",
                            "cli.check",
                            "errors",
                            "http",
                            "job",
                            "optional.discovery",
                            "optional.history",
                            "optional.training",
                            "rules",
                            "settings",
                            "signing",
                            "store",
                            "tenant",
                            "watch",
                            "webhook")),
            Map.entry(
                    "demo",
                    Set.of("", "api", "cli", "errors", "job", "optional.history", "rules", "settings", "watch")));

    private static final Set<String> CORE = Set.of(
            "job",
            "rules",
            "tenant",
            "watch",
            "webhook",
            "audit",
            "signing",
            "store",
            "settings",
            "http",
            "errors",
            "text",
            "measure");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    static Set<String> rooms() {
        return new TreeSet<>(ROOMS.keySet());
    }

    @Test
    void everyPackageIsARoom() {
        assertThat(MAIN.stream().map(RoomsTest::room).filter(room -> !room.isEmpty()))
                .as("A new package: say in %s which others it may use", RoomsTest.class.getSimpleName())
                .isSubsetOf(ROOMS.keySet());
    }

    @Test
    void everyPackageSaysWhatItIsAndWhereToEnter() throws IOException {
        for (String root : List.of("main", "demo")) {
            try (Stream<Path> files = Files.walk(Path.of("src", root, "java"))) {
                assertThat(files.filter(file -> file.toString().endsWith(".java"))
                                .map(Path::getParent)
                                .distinct())
                        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                                .content()
                                .contains("/**", "package ")
                                .satisfies(text -> assertThat(text.lines()).hasSizeLessThanOrEqualTo(14)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void usesOnlyTheRoomsThatItMay(String room) {
        Set<String> allowed = ROOMS.get(room);
        classes()
                .that(describe("are in " + room, type -> room(type).equals(room)))
                .should(useNoRoomsBut(room, allowed))
                .because("a room is understood without those that it does not use; move what is needed into one that "
                        + room + " may use " + new TreeSet<>(allowed) + ", or hand it in through an interface")
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void noRoomsUseEachOtherInACircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void theProductDoesWithoutTheDemo() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".demo..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".demo..")
                .because("it lies in a jar of its own; what it adds is found as MoreCommands are")
                .check(MAIN);
    }

    @Test
    void theCoreDoesWithoutTheRest() {
        noClasses()
                .that(describe("are of the core", type -> CORE.contains(room(type))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".optional..", ROOT + ".api..", ROOT + ".cli..")
                .because("what is optional can be taken out without the core noticing; let the core name an interface")
                .check(MAIN);
    }

    @Test
    void theSimulatorKnowsNothingOfWhatIsTriedOnIt() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".demo.simulator..")
                .should()
                .dependOnClassesThat(describe(
                        "are of another room",
                        type -> type.getPackageName().startsWith(ROOT)
                                && !type.getPackageName().startsWith(ROOT + ".demo.simulator")))
                .because("it is to judge the rest; let it speak HTTP only")
                .check(MAIN);
    }

    @Test
    void valuesAndRulesKnowNoCamel() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".job..", ROOT + ".rules..")
                .or(describe(
                        "are the chain of the audit",
                        type -> room(type).equals("audit")
                                && Set.of(
                                                "AuditLine",
                                                "ChainState",
                                                "AuditEntry",
                                                "AuditFile",
                                                "AuditVerification",
                                                "ChainCheck",
                                                "Checkpoint",
                                                "FileLines",
                                                "FileScan",
                                                "MerkleTree",
                                                "ParsedLine",
                                                "ChainSegment")
                                        .contains(outermost(type).getSimpleName())))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.camel..")
                .because("they are functions of values, tested without a context; let the caller unpack the exchange")
                .check(MAIN);
    }

    @Test
    void nothingDependsOnSpring() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .because("the same jar runs in any Camel runtime")
                .check(MAIN);
    }

    @Test
    void onlyCommandsSleep() {
        noClasses()
                .that(describe(
                        "are no commands",
                        type -> !Set.of("cli", "cli.check", "demo").contains(room(type))))
                .should()
                .callMethodWhere(target(describe(
                        "sleep",
                        called -> called.getName().equals("sleep")
                                && called.getOwner().getPackageName().startsWith("java."))))
                .because("a sleeping worker looks at no job; keep the time of the next try in the store")
                .check(MAIN);
    }

    @Test
    void timeComesFromTheClockThatIsHandedIn() {
        noClasses()
                .should()
                .callMethodWhere(target(tellsTheTimeOfTheSystem()))
                .because("tests set the clock; take an " + InstantSource.class.getSimpleName() + " in the constructor")
                .check(MAIN);
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".rules.MaintenanceWindow$CronTimes")
                .and()
                .doNotHaveFullyQualifiedName(ROOT + ".Ticks")
                .and()
                .doNotHaveFullyQualifiedName(ROOT + ".cli.check.Connection")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Date.class)
                .because(
                        "it is mutable and has no zone; use Instant. Quartz and certificates speak it, so the classes that"
                                + " ask them may")
                .check(MAIN);
    }

    @Test
    void aClassIsNamedAfterWhatItIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Utils?|Helper)")
                .because("such a name fits anything; name the thing, such as Outbox or StallRule")
                .check(MAIN);
    }

    @Test
    void aPublicClassShowsNoFieldThatChanges() {
        fields().that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .should(new ArchCondition<JavaField>("be final and no array") {
                    @Override
                    public void check(JavaField field, ConditionEvents events) {
                        boolean fixed = field.getModifiers().contains(JavaModifier.FINAL)
                                && !field.getRawType().isArray();
                        events.add(new SimpleConditionEvent(field, fixed, field.getDescription() + " can be changed"));
                    }
                })
                .because("anyone could change it; make it private, and final where it is a constant")
                .check(MAIN);
    }

    private static ArchCondition<JavaClass> useNoRoomsBut(String room, Set<String> allowed) {
        DescribedPredicate<JavaClass> forbidden = describe(
                "another room",
                type -> type.getPackageName().startsWith(ROOT)
                        && !room(type).equals(room)
                        && !EVERYBODYS.contains(room(type))
                        && !allowed.contains(room(type)));
        return new ArchCondition<>("use no rooms but " + allowed) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> forbidden.test(dependency.getTargetClass()))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
            }
        };
    }

    private static DescribedPredicate<CodeUnitCallTarget> tellsTheTimeOfTheSystem() {
        return describe(
                "tell the time of the system",
                called -> called.getFullName().equals("java.lang.System.currentTimeMillis()")
                        || called.getOwner().getPackageName().equals("java.time")
                                && called.getName().equals("now")
                                && called.getRawParameterTypes().isEmpty());
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(RoomsTest::outermost).orElse(type);
    }

    /** The first part of the package below the root; empty for the root itself. */
    private static String room(JavaClass type) {
        String below = type.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", "");
        // A room of its own within another, such as audit.explain, or else what the first part names.
        return ROOMS.containsKey(below) ? below : below.split("\\.")[0];
    }
}
