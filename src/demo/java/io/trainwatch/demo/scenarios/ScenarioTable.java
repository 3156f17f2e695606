package io.trainwatch.demo.scenarios;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs scenarios, some at a time, and prints what came of each as a row. */
public final class ScenarioTable {

    private static final String ROW = "%-45s  %-50s  %-36s  %4s  %4s  %-43s  %s";

    private final PrintWriter out;
    private final Path folder;
    private final int atOnce;

    /**
     * @param folder for the stores and outputs of the commands
     * @param atOnce scenarios under way at the same time, each with a process of its own
     */
    public ScenarioTable(PrintWriter out, Path folder, int atOnce) {
        this.out = out;
        this.folder = folder;
        this.atOnce = atOnce;
    }

    /**
     * What the scenarios are called.
     *
     * @param brief only of those that are over within seconds
     */
    public static List<String> names(boolean brief) {
        return all(brief).stream().map(Scenario::name).toList();
    }

    private static List<Scenario> all(boolean brief) {
        return brief ? Scenarios.brief() : Scenarios.all();
    }

    /**
     * Prints the table; a row appears when its scenario is over and those above are.
     *
     * @param brief only those that are over within seconds
     * @param name a part of the names of those to run; empty for all
     * @return whether all is as expected
     */
    public boolean print(boolean brief, String name) throws InterruptedException {
        List<Scenario> scenarios = all(brief).stream()
                .filter(scenario -> scenario.name().contains(name))
                .toList();
        ExecutorService workers = Executors.newFixedThreadPool(atOnce);
        try {
            List<Future<String>> rows = new ArrayList<>();
            for (int i = 0; i < scenarios.size(); i++) {
                Scenario scenario = scenarios.get(i);
                Path own = folder.resolve("scenario-" + (i + 1));
                rows.add(workers.submit(() -> row(scenario, own)));
            }
            line(ROW, "scenario", "tools that exist", "trainwatch", "exit", "want", "and", "ok");
            int good = 0;
            for (Future<String> row : rows) {
                String text = text(row);
                good += text.endsWith("yes") ? 1 : 0;
                line("%s", text);
            }
            line("%d of %d as expected. The commands' output: %s", good, rows.size(), folder);
            return good == rows.size();
        } finally {
            workers.shutdownNow();
        }
    }

    private static String text(Future<String> row) throws InterruptedException {
        try {
            return row.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A scenario could not be run: " + e.getCause(), e.getCause());
        }
    }

    private static String row(Scenario scenario, Path folder) throws IOException, InterruptedException {
        List<String> row = new ArrayList<>();
        ScenarioRun.run(scenario, folder, result -> {
            boolean isRight =
                    result.exit() == scenario.exit() && scenario.check().test(result);
            row.add(String.format(
                    Locale.ROOT,
                    ROW,
                    scenario.name(),
                    scenario.others(),
                    bounded(result.told())
                            + String.format(
                                    Locale.ROOT, " (%d s)", result.took().toSeconds()),
                    result.exit(),
                    scenario.exit(),
                    scenario.expected(),
                    isRight ? "yes" : "NO"));
        });
        return row.get(0);
    }

    private static String bounded(String text) {
        return text.length() <= 28 ? text : text.substring(0, 27) + "…";
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
