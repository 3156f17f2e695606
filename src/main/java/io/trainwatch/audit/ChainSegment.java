package io.trainwatch.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines that follow one another in the chain. Grows by lines and by segments that follow it; so parts of a file can be
 * read at the same time and be put together afterwards. For one thread at a time.
 *
 * <p>The first checkpoint of a segment may speak for lines of the one before, so the hashes up to it are kept until the
 * two are put together.
 */
final class ChainSegment {

    final Path file;
    final int folder;
    private long line;
    final long firstSeq;
    final byte[] firstPrev;
    final String firstAction;
    private long lastSeq;
    private byte[] lastHash;
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

    ChainSegment(Path file, int folder, long line, LineScan begin) {
        this.file = file;
        this.folder = folder;
        this.line = line;
        this.firstSeq = begin.seq();
        this.firstPrev = begin.prev();
        this.firstAction = begin.action();
        this.lastSeq = begin.seq() - 1;
        this.lastHash = firstPrev;
    }

    boolean isFollowedBy(LineScan next) {
        return next.seq() == lastSeq + 1 && next.follows(lastHash);
    }

    boolean isFollowedBy(ChainSegment next) {
        return next.firstSeq == lastSeq + 1 && Arrays.equals(next.firstPrev, lastHash);
    }

    /** Adds the line that the scan has read and that follows. */
    void add(LineScan scan) {
        lastSeq = scan.seq();
        lastHash = scan.hash();
        lines++;
        if (first != null) {
            tail.add(lastHash);
        } else if (head.size() <= Checkpoint.MOST_LINES) {
            head.add(lastHash);
        }
    }

    /** Adds a checkpoint, which follows. */
    void add(LineScan scan, SeenCheckpoint mark) {
        check(mark, scan.prev(), tail, first != null);
        lastSeq = scan.seq();
        lastHash = scan.hash();
        lines++;
        first = first == null ? mark : first;
        tail = new MerkleTree();
        note(mark);
    }

    void add(Removal removal) {
        removals.add(removal);
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

    /** Says that so many lines of the file come before those that were counted. */
    void moveBy(long linesBefore) {
        line += linesBefore;
        first = first == null ? null : first.movedBy(linesBefore);
        firstProven = firstProven == null ? null : firstProven.movedBy(linesBefore);
        lastProven = lastProven == null ? null : lastProven.movedBy(linesBefore);
        last = last == null ? null : last.movedBy(linesBefore);
        fault = fault == null ? null : new Fault(fault.file(), fault.line() + linesBefore, fault.reason());
    }

    /** Checks the first checkpoint of a stretch that the chain begins with; there is none before it. */
    void checkBegin() {
        if (first != null && firstSeq == 1) {
            checkTree(file, first, treeOf(head));
        }
    }

    private void check(SeenCheckpoint mark, byte[] prev, MerkleTree tree, boolean isTreeKnown) {
        if (!mark.checkpoint().head().equals(LineScan.hex(prev))) {
            report(file, mark, "the checkpoint names another line before it than there is");
        }
        if (mark.state() == SeenCheckpoint.State.FORGED) {
            report(
                    file,
                    mark,
                    "the checkpoint's signature is not by key "
                            + mark.checkpoint().key());
        }
        if (isTreeKnown) {
            checkTree(file, mark, tree);
        }
        if (mark.isProven() && lastProven != null) {
            checkDistance(file, mark);
        }
    }

    private void checkTree(Path where, SeenCheckpoint mark, MerkleTree tree) {
        if (tree.size() != mark.checkpoint().lines()
                || !LineScan.hex(tree.root()).equals(mark.checkpoint().root())) {
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

    private void note(SeenCheckpoint mark) {
        last = mark;
        if (mark.isProven()) {
            firstProven = firstProven == null ? mark : firstProven;
            lastProven = mark;
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

    byte[] lastHash() {
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
