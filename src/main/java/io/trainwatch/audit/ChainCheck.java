package io.trainwatch.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Puts the stretches of all files in the order of the chain, and finds what is missing, doubled or foreign.
 *
 * <p>Files of one folder hold the chain in order. Those of another may fill the gaps between, as where nodes with folders
 * of their own took turns; then a line may stand in two folders, since a node that dies may leave lines that another
 * writes again, the same.
 */
final class ChainCheck {

    private final AuditVerification.Request request;
    private final List<FileScan> scans;
    private final List<Found> faults = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Stretch> inOrder = new ArrayList<>();
    private long doubled;
    private Mark lastProven;

    /** A fault and what comes before it. */
    private record Found(Fault fault, int file, long linesBefore) {}

    ChainCheck(AuditVerification.Request request, List<FileScan> scans) {
        this.request = request;
        this.scans = scans;
    }

    AuditVerification.Result result() throws IOException {
        if (scans.isEmpty()) {
            return new AuditVerification.Result(
                    0,
                    0,
                    Optional.of(new Fault(request.paths().get(0), 0, "there is no audit file here (audit-*.jsonl)")),
                    List.of(),
                    0,
                    0);
        }
        scans.forEach(scan -> report(scan.fault()));
        checkOrderInFolders();
        inOrder.sort(Comparator.comparingLong((Stretch stretch) -> stretch.firstSeq));
        Stretch chain = join();
        if (chain != null) {
            lastProven = chain.lastProven();
            report(chain.fault());
            for (AuditVerification.Known known : request.known()) {
                checkKnown(chain, known);
            }
            describeProof(chain);
        } else {
            request.known().stream()
                    .filter(known -> known.seq() > 0)
                    .findFirst()
                    .ifPresent(known -> report(new Fault(
                            scans.get(scans.size() - 1).file(),
                            1,
                            "there is no line, but " + known.from() + " knows line " + known.seq()
                                    + ": all lines were cut off")));
        }
        Optional<Found> first = faults.stream()
                .min(Comparator.comparingInt(Found::file).thenComparingLong(found -> found.fault.line()));
        long lines = first.map(Found::linesBefore)
                .orElseGet(() -> scans.stream().mapToLong(FileScan::lines).sum());
        return new AuditVerification.Result(
                scans.size(),
                lines,
                first.map(Found::fault),
                first.isPresent() ? List.of() : notes,
                chain == null || chain.lastProven() == null
                        ? 0
                        : chain.lastProven().seq(),
                chain == null || chain.last() == null ? 0 : chain.last().seq());
    }

    /** Whether the last signature that may prove something does; true where there is none. */
    boolean isLastSignatureGood() {
        return lastProven == null || lastProven.isSignedBy(request.keys());
    }

    private void checkOrderInFolders() {
        Stretch before = null;
        for (FileScan scan : scans) {
            for (Stretch stretch : scan.stretches()) {
                boolean sameFolder = before != null && before.folder == stretch.folder;
                if (sameFolder && stretch.firstSeq <= before.lastSeq()) {
                    report(
                            stretch,
                            "a line is doubled or out of order: line " + (before.lastSeq() + 1)
                                    + " of the chain should be here, not " + stretch.firstSeq);
                } else {
                    before = stretch;
                    inOrder.add(stretch);
                }
            }
        }
    }

    /** What the chain is, as far as it goes; gaps are reported and jumped over. */
    private Stretch join() throws IOException {
        Stretch chain = null;
        for (Stretch stretch : inOrder) {
            if (chain == null) {
                checkBegin(stretch);
                chain = stretch;
            } else if (chain.isFollowedBy(stretch)) {
                chain.add(stretch);
            } else if (stretch.firstSeq <= chain.lastSeq()) {
                checkDouble(chain, stretch);
            } else if (stretch.firstSeq == chain.lastSeq() + 1) {
                report(stretch, "the line does not follow the one before it: prev is not that line's hash");
                chain = stretch;
            } else {
                report(
                        stretch,
                        "lines are missing: line " + (chain.lastSeq() + 1)
                                + " of the chain should be here, not " + stretch.firstSeq
                                + (stretch.firstAction.equals(AuditAction.AUDIT_FAULT.name())
                                        ? ", which tells when Trainwatch found that they were gone"
                                        : ""));
                report(chain.fault());
                chain = stretch;
            }
        }
        return chain;
    }

    private void checkBegin(Stretch stretch) {
        if (stretch.firstSeq == 1) {
            if (!LineScan.hex(stretch.firstPrev).equals(AuditLine.FIRST_PREV)) {
                report(stretch, "the first line of the chain must have 64 zeros as prev");
            }
            stretch.checkBegin();
            return;
        }
        String missing = "lines 1 to " + (stretch.firstSeq - 1) + " ";
        boolean told = scans.stream()
                .flatMap(scan -> scan.stretches().stream())
                .flatMap(each -> each.removals().stream())
                .anyMatch(removal -> removal.lastSeq() == stretch.firstSeq - 1
                        && removal.lastHash().equals(LineScan.hex(stretch.firstPrev)));
        if (told) {
            notes.add("from line " + stretch.firstSeq + " on: " + missing
                    + "were removed by retention, which the audit tells");
        } else if (request.partial()) {
            notes.add(
                    "from line " + stretch.firstSeq + " on: " + missing + "are not here, and nothing is said of them");
        } else {
            report(stretch, missing + "are missing, and no line tells that retention removed them");
        }
    }

    /** The same lines may stand in two folders; other ones with the same numbers may not. */
    private void checkDouble(Stretch chain, Stretch stretch) throws IOException {
        boolean goesOn = stretch.lastSeq() > chain.lastSeq();
        boolean same = goesOn
                ? hashAt(stretch.file, chain.lastSeq()).equals(Optional.of(LineScan.hex(chain.lastHash())))
                : isInAnother(stretch.lastSeq(), LineScan.hex(stretch.lastHash()), stretch);
        if (!same) {
            report(
                    stretch,
                    "line " + stretch.firstSeq + " of the chain stands in another folder too, and not the same");
        }
        doubled += goesOn ? chain.lastSeq() - stretch.firstSeq + 1 : stretch.lines();
        if (goesOn) {
            chain.addOverlapping(stretch);
        }
    }

    private boolean isInAnother(long seq, String hash, Stretch than) throws IOException {
        for (Stretch stretch : inOrder) {
            if (stretch != than
                    && stretch.firstSeq <= seq
                    && hashAt(stretch.file, seq).filter(hash::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private void checkKnown(Stretch chain, AuditVerification.Known known) {
        if (known.seq() == 0) {
            return;
        }
        Stretch lastOne = inOrder.get(inOrder.size() - 1);
        Path file = lastOne.file;
        if (known.seq() > chain.lastSeq()) {
            long end = scans.get(scans.size() - 1).lines();
            report(new Fault(
                    file,
                    end + 1,
                    "the audit ends with line " + chain.lastSeq() + " of the chain, but " + known.from()
                            + " knows line " + known.seq() + ": lines were cut off, or an older file was put back"));
            return;
        }
        Fault fault = new Fault(file, 0, "line " + known.seq() + ", which " + known.from() + " knows, is not here");
        for (FileScan scan : scans) {
            Optional<FileScan.KnownLine> line = scan.known(known.seq());
            if (line.map(FileScan.KnownLine::hash).filter(known.hash()::equals).isPresent()) {
                notes.add("line " + known.seq() + " is the one that " + known.from() + " knows");
                return;
            }
            if (line.isPresent()) {
                fault = new Fault(
                        scan.file(),
                        line.get().line(),
                        "line " + known.seq() + " of the chain is not the one that " + known.from()
                                + " knows: the chain was written anew");
            }
        }
        report(fault);
    }

    private void describeProof(Stretch chain) {
        Mark proven = chain.lastProven();
        if (doubled > 0) {
            notes.add(doubled + " lines stand in two folders, the same in both");
        }
        if (request.keys().isEmpty()) {
            notes.add(
                    chain.last() == null
                            ? "not proven: there is no checkpoint, and whoever can write the files can compute a new chain"
                            : "not proven: the checkpoints' signatures were not checked; give the key");
        } else if (proven == null && (chain.last() != null || chain.lines() > Checkpoint.MOST_LINES)) {
            // Whoever changed lines may have left checkpoints out, or signed them with a key of his own.
            report(endOf(chain), "no checkpoint is signed with a given key, so that none of the lines is proven");
        } else if (proven == null) {
            notes.add("not proven: there is no checkpoint yet");
        } else {
            notes.add("proven up to line " + proven.seq() + ": signed with key "
                    + proven.checkpoint().key() + " at " + proven.at());
            long behind = chain.lastSeq() - proven.seq();
            if (behind > Checkpoint.MOST_LINES) {
                report(
                        endOf(chain),
                        "the last " + behind + " lines have no checkpoint that is signed with a given key");
            } else if (behind > 0) {
                notes.add("not proven: the last " + behind + (behind == 1 ? " line has" : " lines have")
                        + " no signed checkpoint behind "
                        + (behind == 1 ? "it yet" : "them yet"));
            }
        }
        if (request.known().isEmpty()) {
            notes.add("not proven: that nothing was cut off at the end; the store knows (-c or --store)");
        }
    }

    private Stretch endOf(Stretch chain) {
        List<Stretch> ofLast = scans.get(scans.size() - 1).stretches();
        return ofLast.isEmpty() ? chain : ofLast.get(ofLast.size() - 1);
    }

    private void report(Stretch stretch, String reason) {
        report(new Fault(stretch.file, stretch.line(), reason));
    }

    private void report(Fault fault) {
        if (fault == null) {
            return;
        }
        long before = 0;
        for (int i = 0; i < scans.size(); i++) {
            if (scans.get(i).file().equals(fault.file())) {
                faults.add(new Found(fault, i, before + Math.max(fault.line() - 1, 0)));
                return;
            }
            before += scans.get(i).lines();
        }
    }

    private static Optional<String> hashAt(Path file, long seq) throws IOException {
        return find(file, seq)
                .map(line -> line.substring(line.length() - AuditForm.HASH_DIGITS - 2, line.length() - 2));
    }

    private static Optional<String> find(Path file, long seq) throws IOException {
        try (BufferedReader reader = reader(file)) {
            return reader.lines().filter(line -> AuditFile.hasSeq(line, seq)).findFirst();
        }
    }

    /** One byte a character: what is sought is ASCII, and nothing here may fail on other bytes. */
    private static BufferedReader reader(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1));
    }
}
