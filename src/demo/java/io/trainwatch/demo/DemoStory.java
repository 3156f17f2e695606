package io.trainwatch.demo;

import io.trainwatch.cli.Figures;
import io.trainwatch.cli.Progress;
import io.trainwatch.cli.Watching;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Simulator;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells what happens in the demo as it happens, one line each. */
final class DemoStory extends Progress {

    private static final Pattern EVENT_TYPE = Pattern.compile("\"event_type\":\"([a-z_.]+)\"");

    private final PrintWriter out;
    private final Simulator simulator;
    private final long start = System.nanoTime();
    private final Map<String, String> states = new HashMap<>();
    private int deliveriesShown;

    DemoStory(PrintWriter out, Simulator simulator) {
        this.out = out;
        this.simulator = simulator;
    }

    @Override
    protected void show(List<Watching.Row> rows) {
        for (Watching.Row row : rows) {
            if (row.job() == null || row.job().state() == null) {
                continue;
            }
            boolean breaks = row.job().breach() != null && row.outcome() == Watching.Outcome.RUNNING;
            boolean stopping = breaks && row.job().cancelRequestedAt() != null;
            String now = stopping
                    ? "STOPPING"
                    : breaks ? "BREACHED" : row.job().state().name();
            if (!now.equals(states.put(row.id(), now))) {
                String why = breaks
                        ? String.format(
                                Locale.ROOT,
                                "  broke %s: %.1f over %.1f",
                                row.job().breach().rule(),
                                row.job().breach().observed(),
                                row.job().breach().limit())
                        : "";
                say(String.format(
                        Locale.ROOT,
                        "%-34s %-9s %s%s",
                        row.id(),
                        now,
                        Figures.percent(row.job().observed().lastProgress()),
                        why));
            }
        }
        List<Delivery> deliveries = simulator.receiver().deliveries();
        for (Delivery delivery : deliveries.subList(deliveriesShown, deliveries.size())) {
            Matcher type = EVENT_TYPE.matcher(delivery.bodyText());
            say("  webhook " + (type.find() ? type.group(1) : "?") + "  " + delivery.id() + "  answered "
                    + delivery.answered());
        }
        deliveriesShown = deliveries.size();
    }

    private void say(String line) {
        out.println(String.format(Locale.ROOT, "%5.1f s  %s", (System.nanoTime() - start) / 1e9, line));
        out.flush();
    }
}
