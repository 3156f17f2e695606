package io.trainwatch.rules;

import io.trainwatch.job.JobKey;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Jobs by the parts of their keys, written {@code tenant:project/job}, where {@code *} stands for any characters or none.
 *
 * <p>The natural order has the more specific pattern first: one that says more of the job's id, then of its project, then
 * of its tenant. A part without {@code *} says the most; of two with one, that with more other characters.
 */
record JobPattern(Part tenant, Part project, Part job) implements Comparable<JobPattern> {

    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_*-]{1,128}):([A-Za-z0-9_*-]{1,128})/([A-Za-z0-9_*-]{1,128})");

    private static final Comparator<JobPattern> MOST_SPECIFIC_FIRST = Comparator.comparingInt(
                    (JobPattern pattern) -> pattern.job.weight())
            .thenComparingInt(pattern -> pattern.project.weight())
            .thenComparingInt(pattern -> pattern.tenant.weight())
            .reversed();

    /** @throws IllegalArgumentException where the text has another form */
    static JobPattern parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not of the form tenant:project/job");
        }
        return new JobPattern(new Part(form.group(1)), new Part(form.group(2)), new Part(form.group(3)));
    }

    boolean matches(JobKey key) {
        return job.matches(key.job()) && project.matches(key.project()) && tenant.matches(key.tenant());
    }

    /** Whether there can be a job that both match, and neither is more specific. */
    boolean ties(JobPattern other) {
        return compareTo(other) == 0
                && job.overlaps(other.job)
                && project.overlaps(other.project)
                && tenant.overlaps(other.tenant);
    }

    /** Zero says that neither is more specific, not that they are equal. */
    @Override
    public int compareTo(JobPattern other) {
        return MOST_SPECIFIC_FIRST.compare(this, other);
    }

    @Override
    public String toString() {
        return tenant.text() + ":" + project.text() + "/" + job.text();
    }

    /** One part of a pattern. */
    record Part(String text) {

        /** Takes the time of text times value at most, however many {@code *} there are. No id holds one itself. */
        boolean matches(String value) {
            return text.equals("*") || text.equals(value) || text.indexOf('*') >= 0 && overlaps(new Part(value));
        }

        int weight() {
            int stars = (int) text.chars().filter(character -> character == '*').count();
            return stars == 0 ? Integer.MAX_VALUE : text.length() - stars;
        }

        /** Whether some value matches both. */
        boolean overlaps(Part other) {
            String a = text;
            String b = other.text;
            // fits[i][j]: whether what follows i in a and j in b has a value in common.
            boolean[][] fits = new boolean[a.length() + 1][b.length() + 1];
            for (int i = a.length(); i >= 0; i--) {
                for (int j = b.length(); j >= 0; j--) {
                    boolean aStar = i < a.length() && a.charAt(i) == '*';
                    boolean bStar = j < b.length() && b.charAt(j) == '*';
                    if (i == a.length() && j == b.length()) {
                        fits[i][j] = true;
                    } else if (aStar || bStar) {
                        fits[i][j] = aStar && (fits[i + 1][j] || j < b.length() && fits[i][j + 1])
                                || bStar && (fits[i][j + 1] || i < a.length() && fits[i + 1][j]);
                    } else {
                        fits[i][j] =
                                i < a.length() && j < b.length() && a.charAt(i) == b.charAt(j) && fits[i + 1][j + 1];
                    }
                }
            }
            return fits[0][0];
        }
    }
}
