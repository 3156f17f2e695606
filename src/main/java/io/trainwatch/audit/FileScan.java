package io.trainwatch.audit;

import io.trainwatch.errors.Words;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
 * Reads one audit file in parts, several at a time: a line's own hash can be checked without the lines before it, and
 * whether lines follow one another is seen when the parts are put together.
 */
final class FileScan {

    private static final int PART = 2 << 20;
    private static final int AHEAD = 4;
    private static final byte[] RETENTION =
            AuditAction.AUDIT_FILES_REMOVED.name().getBytes(StandardCharsets.US_ASCII);

    private final Path file;
    private final int folder;
    private final long size;
    private final AuditKeys keys;
    private final Optional<KnownLines> store;
    private final long[] knownSeqs;
    private final boolean signaturesLater;
    private final List<ChainSegment> stretches = new ArrayList<>();
    private final List<KnownLine> knownLines = new ArrayList<>();
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
        this.size = source.size();
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
        try (FileChannel channel = AuditFile.open(source.file())) {
            scan.read(channel, workers);
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

    private void read(FileChannel channel, ExecutorService workers) throws IOException {
        Deque<Future<Part>> underWay = new ArrayDeque<>();
        for (long from = 0; from < size || !underWay.isEmpty(); from += PART) {
            if (from < size) {
                long start = from;
                underWay.add(workers.submit(() -> new Part(channel, start).read()));
            }
            if (underWay.size() >= AHEAD || from >= size) {
                add(underWay.remove());
            }
        }
    }

    private void add(Future<Part> future) throws IOException {
        try {
            Part part = future.get();
            for (ChainSegment stretch : part.stretches) {
                stretch.moveBy(lines);
                ChainSegment before = stretches.isEmpty() ? null : stretches.get(stretches.size() - 1);
                if (before != null && before.isFollowedBy(stretch)) {
                    before.add(stretch);
                } else {
                    stretches.add(stretch);
                }
            }
            part.knownLines.forEach(known -> knownLines.add(new KnownLine(known.seq, lines + known.line, known.hash)));
            if (fault == null && part.reason != null) {
                fault = new Fault(file, lines + part.faultyLine, part.reason);
            }
            lines += part.number;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + file, e);
        }
    }

    /** The lines that start in a part of the file. */
    private final class Part {

        private final FileChannel channel;
        private final long from;
        private final List<ChainSegment> stretches = new ArrayList<>();
        private final List<KnownLine> knownLines = new ArrayList<>();
        private final LineScan scan = new LineScan();
        private ChainSegment current;
        private long number;
        private long faultyLine;
        private String reason;

        Part(FileChannel channel, long from) {
            this.channel = channel;
            this.from = from;
        }

        Part read() throws IOException {
            // One byte before: whether it ends a line tells whether one starts here.
            long begin = Math.max(from - 1, 0);
            int until = (int) (Math.min(from + PART, size) - begin);
            byte[] bytes = bytes(begin, until + 4096);
            int at = from == 0 ? 0 : newline(bytes, 0) + 1;
            while (from != 0 && at == 0 && begin + bytes.length < size && bytes.length < until) {
                bytes = bytes(begin, bytes.length * 2);
                at = newline(bytes, 0) + 1;
            }
            if (from != 0 && at == 0) {
                return this;
            }
            while (at < until) {
                int end = newline(bytes, at);
                while (end < 0 && begin + bytes.length < size && bytes.length - at < AuditFile.MAX_LINE) {
                    bytes = bytes(begin, Math.min(bytes.length * 2, until + AuditFile.MAX_LINE));
                    end = newline(bytes, at);
                }
                if (end < 0 && isBegun(bytes, at)) {
                    return this;
                }
                number++;
                if (end < 0) {
                    broken("the line is torn: it has no end. A running Trainwatch mends this at its next start");
                    return this;
                }
                line(bytes, at, end);
                at = end + 1;
            }
            return this;
        }

        /** Half a line is none, where Trainwatch is writing it or a crash kept it from that. */
        private boolean isBegun(byte[] bytes, int at) {
            return store.isPresent()
                    && store.get().isBegun(current == null ? 0 : current.lastSeq() + 1, bytes, at, bytes.length);
        }

        private void line(byte[] bytes, int at, int end) {
            String wrong = scan.read(bytes, at, end);
            if (wrong != null) {
                broken(wrong);
                return;
            }
            if (current == null || !current.isFollowedBy(scan)) {
                current = new ChainSegment(file, folder, number, scan);
                stretches.add(current);
            }
            if (Arrays.binarySearch(knownSeqs, scan.seq()) >= 0) {
                knownLines.add(new KnownLine(scan.seq(), number, LineScan.hex(scan.hash())));
            }
            if (store.isPresent() && store.get().isStrange(scan.seq(), scan.hash())) {
                report(store.get().whyStrange(scan.seq()));
            }
            if (scan.isCheckpoint()) {
                checkpoint(bytes);
            } else {
                current.add(scan);
                if (scan.actionStartsWith(RETENTION)) {
                    Removal.read(scan.seq(), scan.details()).ifPresent(current::add);
                }
            }
        }

        private void checkpoint(byte[] bytes) {
            try {
                Checkpoint read = scan.checkpoint();
                current.add(scan, SeenCheckpoint.of(read, scan, number, scan.timestamp(bytes), keys, signaturesLater));
            } catch (IOException e) {
                current.add(scan);
                report("the checkpoint cannot be read: " + Words.why(e));
            }
        }

        private void broken(String wrong) {
            current = null;
            report(wrong);
        }

        private void report(String wrong) {
            if (reason == null) {
                reason = wrong;
                faultyLine = number;
            }
        }

        /** As many bytes as there are. */
        private byte[] bytes(long begin, int most) throws IOException {
            byte[] bytes = new byte[(int) Math.min(most, size - begin)];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, begin + buffer.position()) < 0) {
                    return Arrays.copyOf(bytes, buffer.position());
                }
            }
            return bytes;
        }
    }

    private static int newline(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
