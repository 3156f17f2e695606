package io.trainwatch.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The promises of docs/security.md and docs/openvex.json are kept by tests that are there. */
class SecurityPageTest {

    private static final Path PAGE = Path.of("docs", "security.md");
    private static final Path VEX = Path.of("docs", "openvex.json");
    private static final Pattern TEST = Pattern.compile("\\b([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?\\b");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> sources = sources();
        for (Path page : new Path[] {PAGE, VEX}) {
            Matcher named = TEST.matcher(Files.readString(page));
            int count = 0;
            while (named.find()) {
                count++;
                assertThat(sources).as("%s names a test class", page).containsKey(named.group(1));
                if (named.group(2) != null) {
                    assertThat(sources.get(named.group(1)))
                            .as("%s names a method of %s", page, named.group(1))
                            .contains("void " + named.group(2) + "(");
                }
            }
            assertThat(count).as("tests that %s names", page).isPositive();
        }
    }

    @Test
    void theVexDocumentIsAboutThisVersion() throws IOException {
        JsonNode vex = new ObjectMapper().readTree(Files.readString(VEX));
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(vex.get("@context").asText()).isEqualTo("https://openvex.dev/ns/v0.2.0");
        for (JsonNode statement : vex.get("statements")) {
            assertThat(statement.get("status").asText()).isEqualTo("not_affected");
            assertThat(statement.get("justification").asText())
                    .isIn("vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist");
            JsonNode product = statement.get("products").get(0);
            String version = product.get("@id").asText().replaceFirst(".*@", "");
            String camel =
                    product.get("subcomponents").get(0).get("@id").asText().replaceFirst(".*@", "");
            assertThat(pom)
                    .contains("<version>" + version + "</version>", "<camel.version>" + camel + "</camel.version>");
        }
        assertThat(vex.get("statements").findValuesAsText("name")).containsExactly("CVE-2026-78164", "CVE-2026-85251");
    }

    /** The text of every test, by the name of its class. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }
}
