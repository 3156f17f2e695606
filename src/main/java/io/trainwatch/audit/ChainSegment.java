package io.trainwatch.audit;

import io.trainwatch.audit.AuditRetention.Removal;
import io.trainwatch.audit.AuditVerification.Fault;
import io.trainwatch.audit.Checkpoint.Seen;
import io.trainwatch.text.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines of one file that follow one another in the chain. Grows by lines, and by segments of other files that follow. For
 * one thread.
 *
 * <p>The first checkpoint of a segment may speak for lines of the one before, so the hashes up to it are kept until the
 * two are put together.
 */
final class ChainSegment {

    final Path file;
    final int folder;
    /** Where in the file it begins, from 1. */
    final long line;

    final long firstSeq;
    final String firstPrev;
    final String firstAction;
    private long lastSeq;
    private String lastHash;
    private long lines;

    /** Hashes before the first checkpoint; more than a checkpoint may speak for are of no use. */
    private final List<byte[]> head = new ArrayList<>();
    /** Over the lines behind the last checkpoint, or over all where there is none. */
    private MerkleTree tail = new MerkleTree();

    private Seen first;
    private Seen last;
    private Seen firstProven;
    private Seen lastProven;
    private Fault fault;
    private final List<Removal> removals = new ArrayList<>();

    ChainSegment(Path file, int folder, long line, ParsedLine begin) {
        this.file = file;
        this.folder = folder;
        this.line = line;
        this.firstSeq = begin.seq();
        this.firstPrev = begin.prev();
        this.firstAction = begin.action();
        this.lastSeq = firstSeq - 1;
        this.lastHash = firstPrev;
    }

    boolean isFollowedBy(long seq, String prev) {
        return seq == lastSeq + 1 && prev.equals(lastHash);
    }

    boolean isFollowedBy(ChainSegment next) {
        return isFollowedBy(next.firstSeq, next.firstPrev);
    }

    /** Adds the line, which follows. */
    void add(ParsedLine next) {
        count(next);
        add(List.of(next.digest()));
        if (next.isAction(AuditAction.AUDIT_FILES_REMOVED)) {
            Removal.of(next).ifPresent(removals::add);
        }
    }

    /** Adds a checkpoint, which follows. */
    void add(ParsedLine next, Seen checkpoint) {
        if (!checkpoint.checkpoint().head().equals(next.prev())) {
            report(file, checkpoint, "the checkpoint names another line before it than there is");
        }
        if (checkpoint.isForged()) {
            report(
                    file,
                    checkpoint,
                    "the checkpoint's signature is not by key "
                            + checkpoint.checkpoint().key());
        }
        if (isTailKnown()) {
            checkTail(file, checkpoint);
        }
        if (checkpoint.isProven()) {
            checkDistance(file, checkpoint);
            firstProven = firstProven == null ? checkpoint : firstProven;
            lastProven = checkpoint;
        }
        count(next);
        first = first == null ? checkpoint : first;
        last = checkpoint;
        tail = new MerkleTree();
    }

    /** Adds the segment that follows. Both belong together afterwards; use the other no more. */
    void add(ChainSegment next) {
        add(next, 0);
    }

    /** Adds a segment whose first lines are the last ones of this; its first checkpoint may speak for lines of both. */
    void addOverlapping(ChainSegment next) {
        add(next, lastSeq - next.firstSeq + 1);
    }

    /** @param twice lines at its begin that this has too */
    private void add(ChainSegment next, long twice) {
        add(next.head.subList((int) Math.min(twice, next.head.size()), next.head.size()));
        if (next.first != null) {
            if (twice == 0 && isTailKnown()) {
                checkTail(next.file, next.first);
            }
            tail = next.tail;
        }
        if (next.firstProven != null) {
            checkDistance(next.file, next.firstProven);
        }
        fault = fault == null ? next.fault : fault;
        first = first == null ? next.first : first;
        firstProven = firstProven == null ? next.firstProven : firstProven;
        lastProven = next.lastProven == null ? lastProven : next.lastProven;
        last = next.last == null ? last : next.last;
        lines += next.lines - twice;
        lastSeq = next.lastSeq;
        lastHash = next.lastHash;
        removals.addAll(next.removals);
    }

    private void count(ParsedLine next) {
        lastSeq++;
        lastHash = next.hash();
        lines++;
    }

    private void add(List<byte[]> hashes) {
        hashes.forEach(tail::add);
        if (first == null) {
            head.addAll(hashes.subList(0, Math.min(hashes.size(), Checkpoint.MAX_LINES + 1 - head.size())));
        }
    }

    /** Whether all lines since the last checkpoint are here, or all since the begin of the chain. */
    private boolean isTailKnown() {
        return first != null || firstSeq == 1;
    }

    private void checkTail(Path where, Seen checkpoint) {
        if (tail.size() != checkpoint.checkpoint().lines()
                || !Sha256.hex(tail.root()).equals(checkpoint.checkpoint().root())) {
            report(where, checkpoint, "the checkpoint speaks for other lines than stand before it");
        }
    }

    private void checkDistance(Path where, Seen checkpoint) {
        if (lastProven != null && checkpoint.seq() - lastProven.seq() > Checkpoint.MAX_LINES) {
            report(
                    where,
                    checkpoint,
                    "more than " + Checkpoint.MAX_LINES
                            + " lines before this one have no checkpoint that is signed with a given key");
        }
    }

    private void report(Path where, Seen checkpoint, String reason) {
        if (fault == null) {
            fault = new Fault(where, checkpoint.line(), reason);
        }
    }

    /** Where in the file a line of this segment stands; only before others are added. */
    long lineOf(long seq) {
        return line + seq - firstSeq;
    }

    long lastSeq() {
        return lastSeq;
    }

    String lastHash() {
        return lastHash;
    }

    long lines() {
        return lines;
    }

    Seen lastProven() {
        return lastProven;
    }

    Seen last() {
        return last;
    }

    /** What is wrong with its checkpoints; {@code null} where nothing is. */
    Fault fault() {
        return fault;
    }

    List<Removal> removals() {
        return removals;
    }
}
