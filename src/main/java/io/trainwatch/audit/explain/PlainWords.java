package io.trainwatch.audit.explain;

import io.trainwatch.audit.AuditReading;
import io.trainwatch.audit.AuditVerification;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** Tells the story to a person, one paragraph a step. */
public final class PlainWords implements Explanation.Narrator {

    private final PrintWriter out;

    public PlainWords(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(String job, AuditVerification.Result chain) {
        out.println(job);
        if (!chain.isWhole()) {
            out.println();
            out.println("BROKEN: this audit is not what was written, so the rest may be untrue.");
            out.println(chain.describe());
        }
        out.println();
    }

    @Override
    public void step(AuditReading.Line line, String text) {
        out.println(line.at() + "  " + text);
    }

    @Override
    public void end(Map<String, List<String>> summary, AuditVerification.Result chain) {
        out.println();
        summary.forEach((name, sentences) -> {
            String title = name.replace('_', ' ');
            for (String sentence : sentences) {
                out.printf("%-18s%s%n", title, sentence);
                title = "";
            }
        });
        out.printf("%-18s%s%n", "audit", chain.describe());
    }
}
