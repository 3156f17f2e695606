package io.trainwatch.audit;

import io.trainwatch.text.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The chain as far as its lines are known to be on disk.
 *
 * @param exported its end
 * @param placed the rows that come next
 * @param checkpointSeq the number of the last checkpoint; 0 before the first
 * @param checkpointHash its hash
 * @param tree over the lines behind the last checkpoint
 * @param openSince when the first of these was written, Unix milliseconds
 */
record ChainState(
        End exported, Pending placed, long checkpointSeq, String checkpointHash, List<String> tree, long openSince) {

    MerkleTree openTree() {
        List<byte[]> full = new ArrayList<>();
        tree.forEach(hash -> full.add(Sha256.parse(hash)));
        return new MerkleTree(exported.seq() - checkpointSeq, full);
    }

    /** The chain once these lines, which come next, are on disk. */
    ChainState after(List<AuditLine> lines, long now) {
        MerkleTree open = openTree();
        long since = openSince;
        long seq = checkpointSeq;
        String hash = checkpointHash;
        for (AuditLine line : lines) {
            if (line.action() == AuditAction.CHECKPOINT) {
                open = new MerkleTree();
                seq = line.seq();
                hash = line.hash();
            } else {
                since = open.size() == 0 ? now : since;
                open.add(line.hashBytes());
            }
        }
        return new ChainState(
                End.after(lines.get(lines.size() - 1)), placed.without(lines.size()), seq, hash, open.parts(), since);
    }

    /**
     * The rows that have their place in the chain but are not known to be on disk, in the order of the chain. Committed before
     * they are written, so that the same rows give the same lines whoever writes them, however often.
     *
     * @param form of their lines; another than the plain one only where version 0.1.0 placed them
     * @param ranges ids without gaps
     */
    record Pending(AuditLine.Form form, List<Range> ranges) {

        static final Pending NONE = new Pending(AuditLine.Form.PLAIN, List.of());

        /** Both inclusive. */
        record Range(long first, long last) {}

        static Pending of(List<Long> ids) {
            List<Range> ranges = new ArrayList<>();
            for (int i = 0; i < ids.size(); ) {
                int start = i++;
                while (i < ids.size() && ids.get(i) == ids.get(i - 1) + 1) {
                    i++;
                }
                ranges.add(new Range(ids.get(start), ids.get(i - 1)));
            }
            return new Pending(AuditLine.Form.PLAIN, ranges);
        }

        /** Reads what {@link #text} wrote. */
        static Pending parse(String text) {
            if (text.isEmpty()) {
                return NONE;
            }
            String[] parts = text.split(" ");
            return new Pending(
                    AuditLine.Form.valueOf(parts[0]),
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

        /** The first so many of them. */
        Pending first(long rows) {
            return part(0, rows);
        }

        /** What is left without the first so many. */
        Pending without(long rows) {
            return part(rows, Long.MAX_VALUE);
        }

        private Pending part(long from, long to) {
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
            return new Pending(form, kept);
        }
    }

    /**
     * The end of the chain of audit lines.
     *
     * @param seq the number of the last line, 0 before the first
     * @param hash its hash
     */
    record End(long seq, String hash) {

        static final End START = new End(0, AuditLine.FIRST_PREV);

        /** The line that follows. */
        AuditLine next(AuditEntry entry, AuditLine.Form form) {
            return AuditLine.of(entry, seq + 1, hash, form);
        }

        static End after(AuditLine line) {
            return new End(line.seq(), line.hash());
        }
    }
}
