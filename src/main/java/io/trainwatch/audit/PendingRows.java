package io.trainwatch.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows that have their place in the chain but are not known to be on disk, in the order of the chain. Committed before
 * they are written, so that the same rows give the same lines whoever writes them, however often.
 *
 * @param form of their lines; another than the plain one only where version 0.1.0 placed them
 * @param ranges ids without gaps
 */
record PendingRows(AuditForm form, List<Range> ranges) {

    static final PendingRows NONE = new PendingRows(AuditForm.PLAIN, List.of());

    /** Both inclusive. */
    record Range(long first, long last) {}

    static PendingRows of(List<Long> ids) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < ids.size(); ) {
            int start = i++;
            while (i < ids.size() && ids.get(i) == ids.get(i - 1) + 1) {
                i++;
            }
            ranges.add(new Range(ids.get(start), ids.get(i - 1)));
        }
        return new PendingRows(AuditForm.PLAIN, ranges);
    }

    /** Reads what {@link #text} wrote. */
    static PendingRows parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        String[] parts = text.split(" ");
        return new PendingRows(
                AuditForm.valueOf(parts[0]),
                Arrays.stream(parts[1].split(","))
                        .map(range -> range.split("-"))
                        .map(ends -> new Range(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1])))
                        .toList());
    }

    String text() {
        if (isEmpty()) {
            return "";
        }
        List<String> parts = ranges.stream()
                .map(range -> range.first == range.last ? "" + range.first : range.first + "-" + range.last)
                .toList();
        return form + " " + String.join(",", parts);
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    long size() {
        return ranges.stream().mapToLong(range -> range.last - range.first + 1).sum();
    }

    /** The first so many of them. */
    PendingRows first(long rows) {
        return part(0, rows);
    }

    /** What is left without the first so many. */
    PendingRows without(long rows) {
        return part(rows, Long.MAX_VALUE);
    }

    private PendingRows part(long from, long to) {
        List<Range> kept = new ArrayList<>();
        long before = 0;
        for (Range range : ranges) {
            long size = range.last - range.first + 1;
            long start = Math.max(from - before, 0);
            long end = Math.min(to - before, size);
            if (start < end) {
                kept.add(new Range(range.first + start, range.first + end - 1));
            }
            before += size;
        }
        return new PendingRows(form, kept);
    }
}
