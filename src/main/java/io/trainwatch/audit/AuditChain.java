package io.trainwatch.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * The end of the chain of audit lines.
 *
 * @param seq the number of the last line, 0 before the first
 * @param hash its hash
 */
record AuditChain(long seq, String hash) {

    /** The lines that follow, one an entry, in this order. */
    List<AuditLine> append(List<AuditEntry> entries) {
        List<AuditLine> lines = new ArrayList<>(entries.size());
        String prev = hash;
        for (AuditEntry entry : entries) {
            AuditLine line = AuditLine.of(entry, seq + lines.size() + 1, prev);
            lines.add(line);
            prev = line.hash();
        }
        return lines;
    }
}
