package io.trainwatch.audit;

import io.trainwatch.text.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that follow one another in the chain. Grows by lines and by segments that follow it. For one thread.
 *
 * <p>The first checkpoint of a segment may speak for lines of the one before, so the hashes up to it are kept until the
 * two are put together.
 */
final class ChainSegment {

    final Path file;
    final int folder;
    private final long line;
    final long firstSeq;
    final String firstPrev;
    final String firstAction;
    private long lastSeq;
    private String lastHash;
    private long lines;

    /** Hashes before the first checkpoint; more than a checkpoint may speak for are of no use. */
    private final List<byte[]> head = new ArrayList<>();

    private SeenCheckpoint first;
    /** Over the lines behind the last checkpoint. */
    private MerkleTree tail;

    private SeenCheckpoint firstProven;
    private SeenCheckpoint lastProven;
    private SeenCheckpoint last;
    private Fault fault;
    private final List<Removal> removals = new ArrayList<>();

    ChainSegment(Path file, int folder, long line, ParsedLine begin) {
        this.file = file;
        this.folder = folder;
        this.line = line;
        this.firstSeq = begin.seq();
        this.firstPrev = begin.prev();
        this.firstAction = begin.action();
        this.lastSeq = begin.seq() - 1;
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
        if (first != null) {
            tail.add(next.digest());
        } else if (head.size() <= Checkpoint.MOST_LINES) {
            head.add(next.digest());
        }
        if (next.isAction(AuditAction.AUDIT_FILES_REMOVED)) {
            Removal.of(next).ifPresent(removals::add);
        }
    }

    /** Adds a checkpoint, which follows. */
    void add(ParsedLine next, SeenCheckpoint mark) {
        check(mark, next.prev());
        count(next);
        first = first == null ? mark : first;
        tail = new MerkleTree();
        last = mark;
        if (mark.isProven()) {
            firstProven = firstProven == null ? mark : firstProven;
            lastProven = mark;
        }
    }

    private void count(ParsedLine next) {
        lastSeq++;
        lastHash = next.hash();
        lines++;
    }

    /** Adds the stretch that follows. Both belong together afterwards; use the other no more. */
    void add(ChainSegment next) {
        if (next.first != null) {
            if (first != null || firstSeq == 1) {
                MerkleTree tree = first != null ? tail : treeOf(head);
                next.head.forEach(tree::add);
                checkTree(next.file, next.first, tree);
            }
            tail = next.tail;
        } else if (first != null) {
            next.head.forEach(tail::add);
        } else {
            head.addAll(next.head.subList(0, Math.min(next.head.size(), Checkpoint.MOST_LINES + 1)));
        }
        lines += next.lines;
        takeOver(next);
    }

    /** Adds a stretch whose first lines are the last ones of this; its first checkpoint may speak for lines of both. */
    void addOverlapping(ChainSegment next) {
        lines += next.lastSeq - lastSeq;
        if (next.first != null) {
            tail = next.tail;
        } else {
            int twice = (int) Math.min(lastSeq - next.firstSeq + 1, next.head.size());
            next.head.subList(twice, next.head.size()).forEach(first != null ? tail::add : head::add);
        }
        takeOver(next);
    }

    private void takeOver(ChainSegment next) {
        if (lastProven != null && next.firstProven != null) {
            checkDistance(next.file, next.firstProven);
        }
        fault = fault == null ? next.fault : fault;
        first = first == null ? next.first : first;
        firstProven = firstProven == null ? next.firstProven : firstProven;
        lastProven = next.lastProven == null ? lastProven : next.lastProven;
        last = next.last == null ? last : next.last;
        lastSeq = next.lastSeq;
        lastHash = next.lastHash;
        removals.addAll(next.removals);
    }

    /** Checks the first checkpoint of a stretch that the chain begins with; there is none before it. */
    void checkBegin() {
        if (first != null && firstSeq == 1) {
            checkTree(file, first, treeOf(head));
        }
    }

    private void check(SeenCheckpoint mark, String prev) {
        if (!mark.checkpoint().head().equals(prev)) {
            report(file, mark, "the checkpoint names another line before it than there is");
        }
        if (mark.state() == SeenCheckpoint.State.FORGED) {
            report(
                    file,
                    mark,
                    "the checkpoint's signature is not by key "
                            + mark.checkpoint().key());
        }
        if (first != null) {
            checkTree(file, mark, tail);
        }
        if (mark.isProven() && lastProven != null) {
            checkDistance(file, mark);
        }
    }

    private void checkTree(Path where, SeenCheckpoint mark, MerkleTree tree) {
        if (tree.size() != mark.checkpoint().lines()
                || !Sha256.hex(tree.root()).equals(mark.checkpoint().root())) {
            report(where, mark, "the checkpoint speaks for other lines than stand before it");
        }
    }

    private void checkDistance(Path where, SeenCheckpoint mark) {
        if (mark.seq() - lastProven.seq() > Checkpoint.MOST_LINES) {
            report(
                    where,
                    mark,
                    "more than " + Checkpoint.MOST_LINES
                            + " lines before this one have no checkpoint that is signed with a given key");
        }
    }

    private void report(Path where, SeenCheckpoint mark, String reason) {
        if (fault == null) {
            fault = new Fault(where, mark.line(), reason);
        }
    }

    private static MerkleTree treeOf(List<byte[]> leaves) {
        MerkleTree tree = new MerkleTree();
        leaves.forEach(tree::add);
        return tree;
    }

    long line() {
        return line;
    }

    /** Where in the file a line of this stretch stands; only before others are added. */
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

    SeenCheckpoint lastProven() {
        return lastProven;
    }

    SeenCheckpoint last() {
        return last;
    }

    Fault fault() {
        return fault;
    }

    List<Removal> removals() {
        return removals;
    }
}
