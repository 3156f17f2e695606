package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The commands of a page of the documentation and what they print: the blocks {@code console} of its Markdown. A command
 * begins with {@code $} and has as many lines as end with a backslash or stand before the end of its here-document. Below
 * it stands what it prints, where {@code …} is any text.
 */
final class Transcript {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\\n(.*?)^```$");
    private static final String PROMPT = "$ ";

    private final Path root;
    private final Map<String, String> replaced;

    /**
     * @param root where the commands run
     * @param replaced what stands in the page, and what is typed in its place and comes back
     */
    Transcript(Path root, Map<String, String> replaced) {
        this.root = root;
        this.replaced = replaced;
    }

    /** Runs each command, with what is on the path before all else, and compares what it prints. */
    void replay(Path page, Path tools) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        BLOCK.matcher(Files.readString(page))
                .results()
                .map(MatchResult::group)
                .forEach(block ->
                        block.lines().filter(line -> !line.startsWith("```")).forEach(lines::add));
        assertThat(lines).isNotEmpty().first().asString().startsWith(PROMPT);
        int next = 0;
        while (next < lines.size()) {
            StringBuilder command = new StringBuilder(lines.get(next).substring(PROMPT.length()));
            boolean document = command.indexOf("<<'END'") >= 0;
            while (document ? !lines.get(next).equals("END") : lines.get(next).endsWith("\\")) {
                next++;
                command.append('\n').append(lines.get(next));
            }
            next++;
            StringBuilder printed = new StringBuilder();
            while (next < lines.size() && !lines.get(next).startsWith(PROMPT)) {
                printed.append(lines.get(next)).append('\n');
                next++;
            }
            compare(command.toString(), printed.toString(), run(command.toString(), tools));
        }
    }

    private static void compare(String command, String expected, String printed) {
        String pattern = expected.strip()
                .lines()
                .map(line -> Pattern.quote(line).replace("…", "\\E.*?\\Q"))
                .reduce((one, other) -> one + "\\n" + other)
                .orElse("");
        assertThat(printed.strip())
                .as("what this prints:\n%s", command)
                .matches(Pattern.compile(pattern, Pattern.DOTALL));
    }

    private String run(String command, Path tools) throws IOException, InterruptedException {
        String here = command;
        for (Map.Entry<String, String> each : replaced.entrySet()) {
            here = here.replace(each.getKey(), each.getValue());
        }
        Path output = root.resolve("printed");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", here)
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(command).isTrue();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        for (Map.Entry<String, String> each : replaced.entrySet()) {
            printed = printed.replace(each.getValue(), each.getKey());
        }
        assertThat(process.exitValue()).as("%s\n%s", command, printed).isZero();
        return printed;
    }
}
