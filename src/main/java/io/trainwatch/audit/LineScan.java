package io.trainwatch.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Reads lines strictly as Trainwatch writes them, and checks each against its own hash. Holds what the last one was; for
 * one thread.
 */
final class LineScan {

    private static final int TIMESTAMP = "2026-01-01T00:00:00.000Z".length();
    private static final byte[] CHECKPOINT = AuditAction.CHECKPOINT.name().getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_MORE = {'}'};
    private static final byte[][][] BEFORE = literals();

    private final MessageDigest sha256 = AuditLine.sha256();
    private final byte[] prev = new byte[MerkleTree.HASH];
    private byte[] hash;
    private byte[] bytes;
    private int at;
    private int end;
    private long seq;
    private int lineFrom;
    private int tenantFrom;
    private int tenantEnd;
    private int projectFrom;
    private int projectEnd;
    private int jobFrom;
    private int jobEnd;
    private int actionFrom;
    private int actionEnd;
    private int detailsFrom;
    private int detailsEnd;

    /**
     * Reads the line in these bytes, which does not include its newline.
     *
     * @return what is wrong with it, or {@code null} where nothing is
     */
    String read(byte[] line, int from, int to) {
        bytes = line;
        lineFrom = from;
        at = from;
        end = to;
        byte[][] before = BEFORE[AuditForm.of(line, from, to).ordinal()];
        if (!literal(before[0]) || !timestamp()) {
            return "the line is no audit line: it has no timestamp where it must be";
        }
        if (!literal(before[1]) || !number()) {
            return "the line is no audit line: its number is not where it must be";
        }
        tenantFrom = at + before[2].length;
        if (!literal(before[2]) || !text()) {
            return "the line is no audit line: the tenant is not where it must be";
        }
        tenantEnd = at;
        projectFrom = at + before[3].length;
        if (!literal(before[3]) || !text()) {
            return "the line is no audit line: the project is not where it must be";
        }
        projectEnd = at;
        if (!literal(before[4])) {
            return "the line is no audit line: the job is not where it must be";
        }
        jobFrom = at;
        if (!text()) {
            return "the line is no audit line: the job does not end";
        }
        jobEnd = at;
        if (!literal(before[5])) {
            return "the line is no audit line: the action is not where it must be";
        }
        actionFrom = at;
        if (!text()) {
            return "the line is no audit line: the action does not end";
        }
        actionEnd = at;
        detailsFrom = literal(before[6]) ? at : end;
        detailsEnd = JsonScan.object(bytes, detailsFrom, end);
        if (detailsEnd < 0) {
            return "the line is no audit line: details is no object";
        }
        at = detailsEnd;
        if (!literal(before[7]) || !digits(prev)) {
            return "the line is no audit line: prev is not where it must be";
        }
        int hashed = at + 1;
        byte[] stated = new byte[MerkleTree.HASH];
        if (at >= end
                || bytes[at++] != '"'
                || !literal(before[8])
                || !digits(stated)
                || end - at != 2
                || bytes[at] != '"'
                || bytes[at + 1] != '}') {
            return "the line is no audit line: it does not end with its hash";
        }
        sha256.update(bytes, lineFrom, hashed - lineFrom);
        hash = sha256.digest(NO_MORE);
        return Arrays.equals(hash, stated) ? null : "the line was changed: its hash does not fit its contents";
    }

    long seq() {
        return seq;
    }

    /** The hash of the line before, as this one states it. */
    byte[] prev() {
        return prev.clone();
    }

    boolean follows(byte[] hashBefore) {
        return Arrays.equals(prev, hashBefore);
    }

    /** An array of its own for each line. */
    byte[] hash() {
        return hash;
    }

    boolean isCheckpoint() {
        return actionEnd - actionFrom == CHECKPOINT.length
                && Arrays.equals(bytes, actionFrom, actionEnd, CHECKPOINT, 0, CHECKPOINT.length);
    }

    Checkpoint checkpoint() throws java.io.IOException {
        return Checkpoint.read(bytes, lineFrom, detailsFrom, detailsEnd);
    }

    String action() {
        return string(actionFrom, actionEnd);
    }

    /** Whether the action starts with these letters; makes no text of it. */
    boolean actionStartsWith(byte[] letters) {
        return actionEnd - actionFrom >= letters.length
                && Arrays.equals(bytes, actionFrom, actionFrom + letters.length, letters, 0, letters.length);
    }

    String tenant() {
        return string(tenantFrom, tenantEnd);
    }

    String project() {
        return string(projectFrom, projectEnd);
    }

    /** As it stands in the line, escapes included. */
    String job() {
        return string(jobFrom, jobEnd);
    }

    String details() {
        return string(detailsFrom, detailsEnd);
    }

    String timestamp(byte[] line) {
        int from = lineFrom + BEFORE[AuditForm.of(line, lineFrom, end).ordinal()][0].length;
        return string(from, from + TIMESTAMP);
    }

    private String string(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private boolean literal(byte[] expected) {
        int to = at + expected.length;
        if (to > end || !Arrays.equals(bytes, at, to, expected, 0, expected.length)) {
            return false;
        }
        at = to;
        return true;
    }

    private boolean timestamp() {
        int from = at;
        at += TIMESTAMP;
        if (at > end) {
            return false;
        }
        for (int i = 0; i < TIMESTAMP; i++) {
            byte b = bytes[from + i];
            boolean fits = switch (i) {
                case 4, 7 -> b == '-';
                case 10 -> b == 'T';
                case 13, 16 -> b == ':';
                case 19 -> b == '.';
                case 23 -> b == 'Z';
                default -> b >= '0' && b <= '9';
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        int from = at;
        seq = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - from < 18) {
            seq = seq * 10 + bytes[at++] - '0';
        }
        return at > from && bytes[from] != '0';
    }

    /** To the closing quote, which the next literal starts with. */
    private boolean text() {
        at = JsonScan.text(bytes, at, end);
        return at >= 0;
    }

    private boolean digits(byte[] into) {
        if (end - at < AuditForm.HASH_DIGITS) {
            return false;
        }
        for (int i = 0; i < into.length; i++) {
            int high = digit(bytes[at++]);
            int low = digit(bytes[at++]);
            if ((high | low) < 0) {
                return false;
            }
            into[i] = (byte) (high << 4 | low);
        }
        return true;
    }

    private static int digit(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
    }

    private static byte[][][] literals() {
        byte[][][] all = new byte[AuditForm.values().length][9][];
        for (AuditForm form : AuditForm.values()) {
            for (int i = 0; i < 7; i++) {
                all[form.ordinal()][i] = form.before(i).getBytes(StandardCharsets.US_ASCII);
            }
            all[form.ordinal()][7] = form.beforePrev().getBytes(StandardCharsets.US_ASCII);
            all[form.ordinal()][8] = form.beforeHash().getBytes(StandardCharsets.US_ASCII);
        }
        return all;
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
