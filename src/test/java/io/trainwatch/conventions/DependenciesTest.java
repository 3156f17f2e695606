package io.trainwatch.conventions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What the build is made of, and that it builds anywhere. */
class DependenciesTest {

    private static final Path POM = Path.of("pom.xml");
    private static final Path PAGE = Path.of("docs", "dependencies.md");
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\| ([^|]+) \\| ([^|]+) \\|$");
    private static final int SHORTEST_REASON = 7;

    /** Folders of people and of build machines; those of an operating system, as /etc, are the same anywhere. */
    private static final Pattern FOLDER_OF_ONE_MACHINE =
            Pattern.compile("(?<![\\w.:/~$}<>-])/(?:home|root|Users|work|workspace|mnt|tmp)/[\\w.]|\\b[A-Z]:\\\\Users");

    private static final Pattern REGISTRY = Pattern.compile(
            "\\b(?:nexus|artifactory|registry|mirrors?|packages)[\\w-]*\\.[\\w-]+\\.[a-z]{2,}\\b"
                    + "|\\brepo\\d*\\.(?:maven|spring)\\b|\\b\\w+\\.jfrog\\.io\\b|\\bjitpack\\.io\\b",
            Pattern.CASE_INSENSITIVE);

    private static Document pom;

    @BeforeAll
    static void readPom() throws Exception {
        pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(POM.toFile());
    }

    @Test
    void everyDependencyAndPluginIsNamedWithAReason() throws Exception {
        Map<String, String> reasons = reasons();
        assertThat(reasons.keySet())
                .as(
                        "%s has one row for each dependency and plugin of %s: add what is missing, remove what is gone",
                        PAGE, POM)
                .containsExactlyInAnyOrderElementsOf(used());
        assertThat(reasons)
                .allSatisfy((name, reason) -> assertThat(reason)
                        .as("%s: say of %s what it is for and why it was chosen", PAGE, name)
                        .hasSizeGreaterThan(SHORTEST_REASON));
    }

    @Test
    void everyVersionStandsInTheProperties() throws Exception {
        assertThat(
                        texts(
                                "//dependency/version | //plugin/version | //artifactItem/version | //palantirJavaFormat/version"))
                .as("%s: move the number to <properties> and write ${name.version} in its place", POM)
                .isNotEmpty()
                .allMatch(version -> version.matches("\\$\\{[\\w.-]+\\.version}"));
        assertThat(texts("//build//plugin[not(version)]/artifactId"))
                .as("%s: give these plugins a version, or it depends on the Maven that builds", POM)
                .isEmpty();
    }

    @Test
    void everyVersionInThePropertiesIsUsed() throws Exception {
        String text = Files.readString(POM);
        assertThat(names("/project/properties/*[contains(local-name(), '.version')]"))
                .as("%s: remove the properties that nothing uses", POM)
                .allMatch(name -> text.contains("${" + name + "}"));
    }

    @Test
    void whatNothingLoadsIsLeftOut() throws Exception {
        assertThat(getClass().getResource("/com/mchange/v2/c3p0/ComboPooledDataSource.class"))
                .as("c3p0")
                .isNull();
        assertThat(getClass().getResource("/com/mchange/lang/ByteUtils.class"))
                .as("mchange-commons-java")
                .isNull();
        String page = Files.readString(PAGE);
        assertThat(texts("//exclusion/artifactId"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(page)
                        .as("%s says why it is left out", PAGE)
                        .contains(name.equals("*") ? "c3p0 and mchange-commons-java" : name));
    }

    @Test
    void thePomNamesNoRepository() throws Exception {
        assertThat(names("//repositories | //pluginRepositories | //distributionManagement"))
                .as("%s: where artifacts come from is for each user's Maven settings to say", POM)
                .isEmpty();
    }

    @Test
    void noFileKnowsTheMachineThatItWasWrittenOn() throws Exception {
        List<String> found = new ArrayList<>();
        for (Path file : trackedFiles()) {
            List<String> lines =
                    Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                for (Pattern pattern : List.of(FOLDER_OF_ONE_MACHINE, REGISTRY)) {
                    if (pattern.matcher(lines.get(i)).find()) {
                        found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
                    }
                }
            }
        }
        assertThat(found)
                .as(
                        "Paths and registries of one machine: write a relative path, or leave the host to the user's settings")
                .isEmpty();
    }

    /** The names of everything that the build brings in. */
    private static List<String> used() throws XPathExpressionException {
        String managed = "/project/dependencyManagement/dependencies/dependency[type='pom']/artifactId";
        String direct = "/project/dependencies/dependency/artifactId";
        String plugins = "/project/build/plugins/plugin/artifactId";
        String unpacked = "//artifactItem/artifactId";
        return texts(String.join(" | ", managed, direct, plugins, unpacked));
    }

    /** The last column of the page, by name. */
    private static Map<String, String> reasons() throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(reasons).as("%s: one row is enough", PAGE).doesNotContainKey(row.group(1));
                reasons.put(row.group(1), row.group(3));
            } else {
                assertThat(line)
                        .as("%s: three columns, the name in backticks", PAGE)
                        .doesNotStartWith("| `");
            }
        }
        return reasons;
    }

    private static List<Path> trackedFiles() throws Exception {
        assumeTrue(Files.exists(Path.of(".git")), "not a git checkout");
        Process git = new ProcessBuilder("git", "ls-files", "-z")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream names = git.getInputStream()) {
            List<Path> files = Stream.of(new String(names.readAllBytes(), StandardCharsets.UTF_8).split("\0"))
                    .map(Path::of)
                    .filter(Files::isRegularFile)
                    .toList();
            assertThat(git.waitFor()).as("exit code of git ls-files").isZero();
            return files;
        }
    }

    private static List<String> texts(String path) throws XPathExpressionException {
        NodeList nodes = nodes(path);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> nodes.item(i).getTextContent().strip())
                .toList();
    }

    private static List<String> names(String path) throws XPathExpressionException {
        NodeList nodes = nodes(path);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> nodes.item(i).getNodeName())
                .toList();
    }

    private static NodeList nodes(String path) throws XPathExpressionException {
        XPath xpath = XPathFactory.newInstance().newXPath();
        return (NodeList) xpath.evaluate(path, pom, XPathConstants.NODESET);
    }
}
