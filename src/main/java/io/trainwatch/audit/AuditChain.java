package io.trainwatch.audit;

/**
 * The end of the chain of audit lines.
 *
 * @param seq the number of the last line, 0 before the first
 * @param hash its hash
 */
record AuditChain(long seq, String hash) {

    static final AuditChain START = new AuditChain(0, AuditLine.FIRST_PREV);

    /** The line that follows. */
    AuditLine next(AuditEntry entry, AuditForm form) {
        return AuditLine.of(entry, seq + 1, hash, form);
    }

    static AuditChain after(AuditLine line) {
        return new AuditChain(line.seq(), line.hash());
    }
}
