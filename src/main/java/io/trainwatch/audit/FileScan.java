package io.trainwatch.audit;

import io.trainwatch.errors.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * What the lines of one audit file are. Several blocks of them are parsed at a time, since a line's own hash is checked
 * without the lines before it; whether they follow one another is seen afterwards, line by line.
 */
final class FileScan {

    private static final int AHEAD = 4;

    private final Path file;
    private final int folder;
    private final AuditKeys keys;
    private final Optional<KnownLines> store;
    private final long[] knownSeqs;
    private final boolean signaturesLater;
    private final List<ChainSegment> stretches = new ArrayList<>();
    private final List<KnownLine> knownLines = new ArrayList<>();
    private ChainSegment current;
    private long lines;
    private Fault fault;

    /**
     * A line of the file whose number in the chain somebody knows.
     *
     * @param line its number in the file
     */
    record KnownLine(long seq, long line, String hash) {}

    private FileScan(AuditVerification.Source source, Scope scope, boolean signaturesLater) {
        this.file = source.file();
        this.folder = source.folder();
        this.keys = scope.keys;
        this.store = scope.after;
        this.knownSeqs = scope.known.stream()
                .mapToLong(AuditVerification.Known::seq)
                .sorted()
                .toArray();
        this.signaturesLater = signaturesLater;
    }

    /**
     * What lines are held against.
     *
     * @param known lines that are to be found
     * @param after what the store knew after the sizes of the files were taken: no file holds more
     */
    record Scope(AuditKeys keys, List<AuditVerification.Known> known, Optional<KnownLines> after) {}

    /**
     * Reads the file.
     *
     * @param signaturesLater whether the signatures of checkpoints are taken for good
     */
    static FileScan of(AuditVerification.Source source, Scope scope, boolean signaturesLater, ExecutorService workers)
            throws IOException {
        FileScan scan = new FileScan(source, scope, signaturesLater);
        Optional<String> why = AuditFile.whyNoFile(source.file());
        if (why.isPresent()) {
            scan.fault = new Fault(source.file(), 0, why.get());
            return scan;
        }
        try (FileLines file = new FileLines(source.file(), source.size())) {
            scan.read(file, workers);
        }
        return scan;
    }

    Path file() {
        return file;
    }

    /** Lines of the chain that follow one another; more than one where some are missing or out of order. */
    List<ChainSegment> stretches() {
        return stretches;
    }

    /** All lines that are to be found, and others with their numbers. */
    List<KnownLine> known() {
        return knownLines;
    }

    /** The lines of that number in the chain, which must be one of those that are to be found. */
    List<KnownLine> known(long seq) {
        return knownLines.stream().filter(known -> known.seq == seq).toList();
    }

    long lines() {
        return lines;
    }

    /** The first line that is not what it must be; {@code null} where each one is. */
    Fault fault() {
        return fault;
    }

    private void read(FileLines file, ExecutorService workers) throws IOException {
        Deque<Future<List<ParsedLine>>> underWay = new ArrayDeque<>();
        byte[] block = file.nextBlock();
        while (block.length > 0 || !underWay.isEmpty()) {
            if (block.length > 0) {
                byte[] next = block;
                underWay.add(workers.submit(() -> parse(next)));
                block = file.nextBlock();
            }
            if (underWay.size() >= AHEAD || block.length == 0) {
                linesOf(underWay.remove()).forEach(this::add);
            }
        }
        if (file.rest().length > 0 && !isBegun(file.rest())) {
            lines++;
            broken("the line is torn: it has no end. A running Trainwatch mends this at its next start");
        }
    }

    private static List<ParsedLine> parse(byte[] block) {
        List<ParsedLine> lines = new ArrayList<>();
        int from = 0;
        for (int end = FileLines.newline(block, 0); end >= 0; end = FileLines.newline(block, from)) {
            lines.add(new ParsedLine(block, from, end));
            from = end + 1;
        }
        return lines;
    }

    private List<ParsedLine> linesOf(Future<List<ParsedLine>> parsed) throws IOException {
        try {
            return parsed.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + file, e);
        }
    }

    /** Half a line is none, where Trainwatch is writing it or a crash kept it from that. */
    private boolean isBegun(byte[] rest) {
        return store.isPresent() && store.get().isBegun(current == null ? 0 : current.lastSeq() + 1, rest);
    }

    private void add(ParsedLine line) {
        lines++;
        if (line.wrong() != null) {
            broken(line.wrong());
            return;
        }
        long seq = line.seq();
        if (current == null || !current.isFollowedBy(seq, line.prev())) {
            current = new ChainSegment(file, folder, lines, line);
            stretches.add(current);
        }
        if (Arrays.binarySearch(knownSeqs, seq) >= 0) {
            knownLines.add(new KnownLine(seq, lines, line.hash()));
        }
        if (store.isPresent() && store.get().isStrange(seq, line.hash())) {
            report(store.get().whyStrange(seq));
        }
        if (line.isCheckpoint()) {
            addCheckpoint(line);
        } else {
            current.add(line);
        }
    }

    private void addCheckpoint(ParsedLine line) {
        try {
            current.add(line, SeenCheckpoint.of(line, lines, keys, signaturesLater));
        } catch (IOException e) {
            current.add(line);
            report("the checkpoint cannot be read: " + Words.why(e));
        }
    }

    private void broken(String wrong) {
        current = null;
        report(wrong);
    }

    private void report(String wrong) {
        if (fault == null) {
            fault = new Fault(file, lines, wrong);
        }
    }
}
