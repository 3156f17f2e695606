package io.trainwatch.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Checks audit files: that each line is what it was, that all follow one another through files and folders, and that the
 * checkpoints speak for them.
 */
public final class AuditVerification {

    private AuditVerification() {}

    /**
     * What to verify, and by what.
     *
     * @param paths files, and folders that hold them; those of several nodes may be given together
     * @param keys check the signatures; none is allowed
     * @param known lines that somebody remembers elsewhere, such as the store; they must be there
     * @param partial whether the chain may begin with any line
     */
    public record Request(List<Path> paths, AuditKeys keys, List<Known> known, boolean partial) {

        public static Request of(List<Path> paths) {
            return new Request(paths, AuditKeys.NONE, List.of(), false);
        }

        public Request with(AuditKeys given) {
            return new Request(paths, given, known, partial);
        }

        public Request knowing(List<Known> lines) {
            return new Request(paths, keys, lines, partial);
        }

        public Request partly(boolean allowed) {
            return new Request(paths, keys, known, allowed);
        }
    }

    /**
     * A line that must be there.
     *
     * @param hash its hash, 64 hexadecimal digits
     * @param from who remembers it
     */
    public record Known(long seq, String hash, String from) {}

    /**
     * What was found.
     *
     * @param lines lines of the chain up to the fault; without one, all
     * @param fault the first one
     * @param notes sentences on what is proven and what is not
     * @param provenSeq the last line that a checkpoint with a good signature speaks for, itself included; 0 for none
     * @param checkpointSeq the last line that any checkpoint speaks for; 0 for none
     */
    public record Result(
            int files, long lines, Optional<Fault> fault, List<String> notes, long provenSeq, long checkpointSeq) {

        public boolean isWhole() {
            return fault.isEmpty();
        }

        /** For people: the first line is the result, the others are notes. */
        public String describe() {
            String read =
                    lines + (lines == 1 ? " line" : " lines") + " in " + files + (files == 1 ? " file" : " files");
            List<String> text = new ArrayList<>();
            text.add(fault.map(found -> "FAULT  " + found.file()
                            + (found.line() == 0 ? "" : " line " + found.line()) + ": " + found.reason() + " (" + read
                            + " before it are whole)")
                    .orElse("OK  " + read + ", the chain is whole"));
            notes.forEach(note -> text.add("    " + note));
            return String.join(System.lineSeparator(), text);
        }
    }

    /** Verifies files, and the audit files in folders, without keys. */
    public static Result verify(List<Path> paths) throws IOException {
        return verify(Request.of(paths));
    }

    /** @throws IOException where a file cannot be read */
    public static Result verify(Request request) throws IOException {
        ExecutorService workers = workers();
        try {
            // A good signature proves everything before it. Only where something is wrong must each one be looked
            // at, to find where that begins.
            ChainCheck check = new ChainCheck(request, scan(request, true, workers));
            Result result = check.result();
            boolean good = result.isWhole() && check.isLastSignatureGood();
            return good || request.keys().isEmpty()
                    ? result
                    : new ChainCheck(request, scan(request, false, workers)).result();
        } finally {
            workers.shutdownNow();
        }
    }

    /** The lines behind the last checkpoint in some files of one folder, oldest first; empty where they are no chain. */
    static Optional<MerkleTree> openTree(List<Path> files) throws IOException {
        ExecutorService workers = workers();
        try {
            Stretch end = null;
            for (int i = files.size() - 1; i >= 0 && (end == null || end.last() == null); i--) {
                List<Stretch> stretches = FileScan.of(files.get(i), 0, Request.of(files), true, workers)
                        .stretches();
                for (int j = stretches.size() - 1; j >= 0 && (end == null || end.last() == null); j--) {
                    Stretch before = stretches.get(j);
                    if (end != null && !before.isFollowedBy(end)) {
                        return end.open();
                    }
                    if (end != null) {
                        before.add(end);
                    }
                    end = before;
                }
            }
            return Optional.ofNullable(end).flatMap(Stretch::open);
        } finally {
            workers.shutdownNow();
        }
    }

    private static ExecutorService workers() {
        return Executors.newFixedThreadPool(
                Math.max(2, Runtime.getRuntime().availableProcessors()), AuditVerification::daemon);
    }

    private static List<FileScan> scan(Request request, boolean signaturesLater, ExecutorService workers)
            throws IOException {
        List<List<Path>> folders = AuditFile.byFolder(request.paths());
        List<FileScan> scans = new ArrayList<>();
        for (int folder = 0; folder < folders.size(); folder++) {
            for (Path file : folders.get(folder)) {
                scans.add(FileScan.of(file, folder, request, signaturesLater, workers));
            }
        }
        return scans;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "trainwatch-verify");
        thread.setDaemon(true);
        return thread;
    }
}
