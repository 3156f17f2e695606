package io.trainwatch.audit;

import io.trainwatch.audit.AuditVerification.Fault;
import io.trainwatch.errors.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the lines of one audit file are, whether they follow one another, and what the first one that is wrong is. */
final class FileScan {

    private final Path file;
    private final int folder;
    private final AuditKeys keys;
    private final Optional<KnownLines> store;
    private final Set<Long> knownSeqs;
    private final boolean signaturesLater;
    private final List<ChainSegment> segments = new ArrayList<>();
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

    /**
     * Reads the file.
     *
     * @param signaturesLater whether the signatures of checkpoints are taken for good
     */
    FileScan(AuditVerification.Source source, AuditVerification.Evidence evidence, boolean signaturesLater)
            throws IOException {
        this.file = source.file();
        this.folder = source.folder();
        this.keys = evidence.request().keys();
        this.store = evidence.after();
        this.knownSeqs =
                evidence.noted().stream().map(AuditVerification.Known::seq).collect(Collectors.toSet());
        this.signaturesLater = signaturesLater;
        Optional<String> why = AuditFile.whyNoFile(file);
        if (why.isPresent()) {
            report(why.get());
            return;
        }
        try (FileLines in = new FileLines(file, source.size())) {
            read(in);
        }
    }

    Path file() {
        return file;
    }

    /** Lines of the chain that follow one another; more than one where some are missing or out of order. */
    List<ChainSegment> segments() {
        return segments;
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

    private void read(FileLines in) throws IOException {
        for (byte[] block = in.nextBlock(); block.length > 0; block = in.nextBlock()) {
            parse(block).forEach(this::add);
        }
        if (in.rest().length > 0 && !isBegun(in.rest())) {
            lines++;
            broken("the line is torn: it has no end. A running Trainwatch mends this at its next start");
        }
    }

    /** Several at a time, since a line's own hash is checked without the lines before it. */
    private static List<ParsedLine> parse(byte[] block) {
        List<Integer> starts = new ArrayList<>();
        for (int start = 0; start < block.length; start = FileLines.newline(block, start) + 1) {
            starts.add(start);
        }
        return starts.parallelStream()
                .map(start -> new ParsedLine(block, start, FileLines.newline(block, start)))
                .toList();
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
            segments.add(current);
        }
        if (knownSeqs.contains(seq)) {
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
            current.add(line, Checkpoint.Seen.of(line, lines, keys, signaturesLater));
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
