package io.trainwatch.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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
     * @param known lines that somebody noted elsewhere; they must be there
     * @param store reads what the store knows at that moment: its last line must be there, and no other behind it
     * @param partial whether the chain may begin with any line
     */
    public record Request(
            List<Path> paths,
            AuditKeys keys,
            List<Known> known,
            Optional<Supplier<KnownLines>> store,
            boolean partial) {

        public static Request of(List<Path> paths) {
            return new Request(paths, AuditKeys.NONE, List.of(), Optional.empty(), false);
        }

        public Request with(AuditKeys given) {
            return new Request(paths, given, known, store, partial);
        }

        public Request knowing(List<Known> lines) {
            return new Request(paths, keys, lines, store, partial);
        }

        public Request with(Optional<Supplier<KnownLines>> given) {
            return new Request(paths, keys, known, given, partial);
        }

        public Request partly(boolean allowed) {
            return new Request(paths, keys, known, store, allowed);
        }

        /** Whether there is anything that can vouch for a line. */
        boolean hasEvidence() {
            return !keys.isEmpty() || !known.isEmpty() || store.isPresent();
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
     * What lines are held against.
     *
     * @param before what the store knew before the sizes of the files were taken
     * @param after what it knew then: no file holds more
     */
    record Evidence(Request request, Optional<KnownLines> before, Optional<KnownLines> after) {

        /** Lines that somebody noted, the store included. */
        List<Known> noted() {
            List<Known> noted = new ArrayList<>(request.known());
            before.ifPresent(store -> {
                noted.add(store.end());
                noted.addAll(store.anchors());
            });
            return noted;
        }
    }

    /**
     * A file to read.
     *
     * @param folder which one of the folders it is in
     * @param size bytes that are read; a file may grow meanwhile
     */
    record Source(Path file, int folder, long size) {}

    /**
     * Lines of a file, both inclusive and from 1, for which a signature, the store or somebody else's note speaks.
     */
    record Vouched(Path file, long first, long last) {

        boolean holds(Path ofFile, long line) {
            return file.equals(ofFile) && first <= line && line <= last;
        }
    }

    /**
     * What was found.
     *
     * @param lines lines of the chain up to the fault; without one, all
     * @param fault the first one
     * @param notes sentences on what is proven and what is not
     * @param provenSeq the last line that a checkpoint with a good signature speaks for, itself included; 0 for none
     * @param provenHash the hash of that line; empty for none
     * @param checkpointSeq the last line that any checkpoint speaks for; 0 for none
     * @param unproven lines at the end for which nothing speaks, although there is a key
     * @param vouched what can be relied on; empty where there was nothing to check against
     */
    public record Result(
            int files,
            long lines,
            Optional<Fault> fault,
            List<String> notes,
            long provenSeq,
            String provenHash,
            long checkpointSeq,
            long unproven,
            Optional<List<Vouched>> vouched) {

        /** Nothing is there. */
        static Result none(Fault fault) {
            return new Result(0, 0, Optional.of(fault), List.of(), 0, "", 0, 0, Optional.empty());
        }

        public boolean isWhole() {
            return fault.isEmpty();
        }

        /** Whether a line may be untrue: there was something to check it against, and nothing speaks for it. */
        public boolean isDoubtful(Path file, long line) {
            return vouched.isPresent() && vouched.get().stream().noneMatch(part -> part.holds(file, line));
        }

        /** For people: the first line is the result, the others are notes. */
        public String describe() {
            String read =
                    lines + (lines == 1 ? " line" : " lines") + " in " + files + (files == 1 ? " file" : " files");
            String tail = unproven == 1 ? "its last line is" : "its last " + unproven + " lines are";
            List<String> text = new ArrayList<>();
            text.add(fault.map(found -> "FAULT  " + found.text() + " (" + read + " before it are whole)")
                    .orElse(
                            unproven > 0
                                    ? "UNPROVEN  " + read + ", the chain is whole, but " + tail + " not proven"
                                    : "OK  " + read + ", the chain is whole"));
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
        // The service may be writing: what was known before is there, and no more is there than was known behind.
        Optional<KnownLines> before = request.store().map(Supplier::get);
        List<Source> sources = sources(request);
        Evidence evidence = new Evidence(request, before, request.store().map(Supplier::get));
        // A good signature proves everything before it. Only where something is wrong must each one be looked at, to
        // find where that begins.
        ChainCheck check = new ChainCheck(evidence, scan(sources, evidence, true));
        Result result = check.result();
        boolean good = result.isWhole() && check.isLastSignatureGood();
        return good || request.keys().isEmpty()
                ? result
                : new ChainCheck(evidence, scan(sources, evidence, false)).result();
    }

    private static List<Source> sources(Request request) throws IOException {
        List<List<Path>> folders = AuditFile.byFolder(request.paths());
        List<Source> sources = new ArrayList<>();
        for (int folder = 0; folder < folders.size(); folder++) {
            for (Path file : folders.get(folder)) {
                sources.add(new Source(file, folder, AuditFile.whyNoFile(file).isPresent() ? 0 : Files.size(file)));
            }
        }
        return sources;
    }

    private static List<FileScan> scan(List<Source> sources, Evidence evidence, boolean signaturesLater)
            throws IOException {
        List<FileScan> scans = new ArrayList<>();
        for (Source source : sources) {
            scans.add(new FileScan(source, evidence, signaturesLater));
        }
        return scans;
    }

    /**
     * Where an audit is not whole.
     *
     * @param line in the file, from 1; 0 where it is the file as such
     */
    public record Fault(Path file, long line, String reason) {

        /** For people: where, and what. */
        String text() {
            return file + (line == 0 ? "" : " line " + line) + ": " + reason;
        }
    }
}
