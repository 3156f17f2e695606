package io.trainwatch.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts the stretches of all files in the order of the chain, and finds what is missing, doubled or foreign.
 *
 * <p>Files of one folder hold the chain in order. Those of another may fill the gaps between, as where nodes with folders
 * of their own took turns; then a line may stand in two folders, since a node that dies may leave lines that another
 * writes again, the same.
 */
final class ChainCheck {

    private final AuditVerification.Request request;
    private final Optional<KnownLines> store;
    private final List<FileScan> scans;
    private final List<Found> faults = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<ChainSegment> inOrder = new ArrayList<>();
    private long doubled;
    private long unproven;
    /** The last line of the chain that somebody who noted it vouches for. */
    private long notedSeq;

    private ChainSegment begin;
    private SeenCheckpoint lastProven;

    /** A fault and what comes before it. */
    private record Found(Fault fault, int file, long linesBefore) {}

    /** @param store what it knew before the files were read */
    ChainCheck(AuditVerification.Request request, Optional<KnownLines> store, List<FileScan> scans) {
        this.request = request;
        this.store = store;
        this.scans = scans;
    }

    AuditVerification.Result result() throws IOException {
        if (scans.isEmpty()) {
            return AuditVerification.Result.none(
                    new Fault(request.paths().get(0), 0, "there is no audit file here (audit-*.jsonl)"));
        }
        scans.forEach(scan -> report(scan.fault()));
        List<AuditVerification.Vouched> vouched = vouched();
        checkOrderInFolders(vouched);
        inOrder.sort(Comparator.comparingLong((ChainSegment stretch) -> stretch.firstSeq));
        ChainSegment chain = join();
        if (chain != null) {
            lastProven = chain.lastProven();
            report(chain.fault());
            request.known().forEach(known -> checkKnown(chain, known));
            store.ifPresent(lines -> checkStore(chain, lines));
            checkRemoval();
            describeProof(chain);
        } else {
            Stream.concat(request.known().stream(), store.map(KnownLines::end).stream())
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
                lastProven == null ? 0 : lastProven.seq(),
                lastProven == null ? "" : lastProven.hash(),
                chain == null || chain.last() == null ? 0 : chain.last().seq(),
                first.isPresent() ? 0 : unproven,
                request.hasEvidence() ? Optional.of(vouched) : Optional.empty());
    }

    /** Whether the last signature that may prove something does; true where there is none. */
    boolean isLastSignatureGood() {
        return lastProven == null || lastProven.isSignedBy(request.keys());
    }

    /** Whatever the chain leads from to a line that somebody speaks for; before stretches are put together. */
    private List<AuditVerification.Vouched> vouched() throws IOException {
        List<AuditVerification.Vouched> vouched = new ArrayList<>();
        Set<String> good = new HashSet<>();
        List<ChainSegment> lastFirst = new ArrayList<>();
        scans.forEach(scan -> lastFirst.addAll(scan.stretches()));
        lastFirst.sort(Comparator.comparingLong((ChainSegment stretch) -> stretch.firstSeq)
                .reversed());
        for (ChainSegment stretch : lastFirst) {
            boolean leadsOn = good.contains(place(stretch.lastSeq() + 1, stretch.lastHash()));
            long last = leadsOn || stands(stretch, vouched)
                    ? stretch.lastSeq()
                    : Math.max(
                            stretch.lastProven() == null
                                    ? 0
                                    : stretch.lastProven().seq(),
                            lastNoted(stretch));
            if (last >= stretch.firstSeq) {
                vouched.add(new AuditVerification.Vouched(stretch.file, stretch.line(), stretch.lineOf(last)));
                good.add(place(stretch.firstSeq, stretch.firstPrev));
            }
        }
        return vouched;
    }

    /** Whether the last line of the stretch stands in another folder too, and is good there. */
    private boolean stands(ChainSegment stretch, List<AuditVerification.Vouched> vouched) throws IOException {
        for (AuditVerification.Vouched part : vouched) {
            Path other = part.file();
            if (!Objects.equals(other.getParent(), stretch.file.getParent())
                    && hashAt(other, stretch.lastSeq())
                            .filter(stretch.lastHash()::equals)
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static String place(long seq, String prev) {
        return seq + " " + prev;
    }

    /** The last line of the stretch that somebody noted; 0 where there is none. */
    private long lastNoted(ChainSegment stretch) {
        FileScan scan = scans.stream()
                .filter(each -> each.file().equals(stretch.file))
                .findFirst()
                .orElseThrow();
        long last = scan.known().stream()
                .filter(line -> line.line() >= stretch.line() && line.line() <= stretch.lineOf(stretch.lastSeq()))
                .filter(line -> noted().anyMatch(known ->
                        known.seq() == line.seq() && known.hash().equals(line.hash())))
                .mapToLong(FileScan.KnownLine::seq)
                .max()
                .orElse(0);
        // What follows the line that the store knows is pending, or was reported.
        boolean toTheEnd = last > 0
                && scan.fault() == null
                && store.isPresent()
                && last == store.get().end().seq();
        return toTheEnd ? stretch.lastSeq() : last;
    }

    private Stream<AuditVerification.Known> noted() {
        return Stream.concat(
                request.known().stream(),
                store.stream().flatMap(lines -> Stream.concat(Stream.of(lines.end()), lines.anchors().stream())));
    }

    private void checkOrderInFolders(List<AuditVerification.Vouched> vouched) throws IOException {
        ChainSegment before = null;
        for (FileScan scan : scans) {
            for (ChainSegment stretch : scan.stretches()) {
                boolean sameFolder = before != null && before.folder == stretch.folder;
                if (sameFolder && isFork(before, stretch, vouched)) {
                    report(new Fault(
                            before.file,
                            before.lineOf(stretch.firstSeq),
                            "Trainwatch did not write this: " + stretch.file.getFileName()
                                    + " goes on behind the line before"));
                    before = stretch;
                } else if (sameFolder && stretch.firstSeq <= before.lastSeq()) {
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

    /** Whether the second stretch is the one that Trainwatch wrote behind a line that others follow in the first. */
    private static boolean isFork(ChainSegment before, ChainSegment stretch, List<AuditVerification.Vouched> vouched)
            throws IOException {
        boolean isOurs = stretch.firstAction.equals(AuditAction.AUDIT_FAULT.name())
                || vouched.stream().anyMatch(part -> part.holds(stretch.file, stretch.line()));
        if (!isOurs || stretch.file.equals(before.file) || stretch.firstSeq > before.lastSeq()) {
            return false;
        }
        return stretch.firstSeq == before.firstSeq
                ? stretch.firstPrev.equals(before.firstPrev)
                : stretch.firstSeq > before.firstSeq
                        && hashAt(before.file, stretch.firstSeq - 1).equals(Optional.of(stretch.firstPrev));
    }

    /** What the chain is, as far as it goes; gaps are reported and jumped over. */
    private ChainSegment join() throws IOException {
        ChainSegment chain = null;
        for (ChainSegment stretch : inOrder) {
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

    private void checkBegin(ChainSegment stretch) {
        if (stretch.firstSeq == 1) {
            if (!stretch.firstPrev.equals(AuditLine.FIRST_PREV)) {
                report(stretch, "the first line of the chain must have 64 zeros as prev");
            }
            stretch.checkBegin();
            return;
        }
        begin = stretch;
    }

    /** What the chain lacks at its begin was removed by retention, if a line says so that somebody vouches for. */
    private void checkRemoval() {
        if (begin == null) {
            return;
        }
        String missing = "lines 1 to " + (begin.firstSeq - 1) + " ";
        List<Removal> told = scans.stream()
                .flatMap(scan -> scan.stretches().stream())
                .flatMap(each -> each.removals().stream())
                .filter(removal -> removal.lastSeq() == begin.firstSeq - 1
                        && removal.lastHash().equals(begin.firstPrev))
                .toList();
        long vouched = Math.max(notedSeq, lastProven == null ? 0 : lastProven.seq());
        if (told.stream().anyMatch(removal -> !request.hasEvidence() || removal.seq() <= vouched)) {
            notes.add("from line " + begin.firstSeq + " on: " + missing
                    + "were removed by retention, which the audit tells");
        } else if (request.partial()) {
            notes.add("from line " + begin.firstSeq + " on: " + missing + "are not here, and nothing is said of them");
        } else {
            report(
                    begin,
                    missing + "are missing, and "
                            + (told.isEmpty()
                                    ? "no line tells that retention removed them"
                                    : "the line that tells that retention removed them is neither signed nor known"));
        }
    }

    /** The same lines may stand in two folders; other ones with the same numbers may not. */
    private void checkDouble(ChainSegment chain, ChainSegment stretch) throws IOException {
        boolean goesOn = stretch.lastSeq() > chain.lastSeq();
        boolean same = goesOn
                ? hashAt(stretch.file, chain.lastSeq()).equals(Optional.of(chain.lastHash()))
                : isInAnother(stretch.lastSeq(), stretch.lastHash(), stretch);
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

    private boolean isInAnother(long seq, String hash, ChainSegment than) throws IOException {
        for (ChainSegment stretch : inOrder) {
            if (stretch != than
                    && stretch.firstSeq <= seq
                    && hashAt(stretch.file, seq).filter(hash::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private void checkStore(ChainSegment chain, KnownLines lines) {
        List<AuditVerification.Known> all = noted().filter(known -> known.seq() > 0)
                .filter(known -> known.seq() <= chain.lastSeq())
                .toList();
        if (chain.fault() == null && !all.isEmpty() && all.stream().noneMatch(this::isHere)) {
            report(new Fault(
                    scans.get(0).file(),
                    1,
                    "no line that the store knows is here: the store belongs to another audit, or the chain was written"
                            + " anew"));
        }
        lines.anchors().forEach(this::checkSame);
        checkKnown(chain, lines.end());
    }

    private boolean isHere(AuditVerification.Known known) {
        return scans.stream()
                .flatMap(scan -> scan.known(known.seq()).stream())
                .anyMatch(line -> line.hash().equals(known.hash()));
    }

    /** Reports a line that is here and is not what it was; says whether it is not here at all. */
    private boolean checkSame(AuditVerification.Known known) {
        if (isHere(known)) {
            return false;
        }
        boolean missing = true;
        for (FileScan scan : scans) {
            for (FileScan.KnownLine line : scan.known(known.seq())) {
                missing = false;
                report(new Fault(
                        scan.file(),
                        line.line(),
                        "line " + known.seq() + " of the chain is not the one that " + known.from()
                                + " knows: the chain was written anew"));
            }
        }
        return missing;
    }

    private void checkKnown(ChainSegment chain, AuditVerification.Known known) {
        if (known.seq() == 0) {
            return;
        }
        if (isHere(known)) {
            notedSeq = Math.max(notedSeq, known.seq());
            notes.add("line " + known.seq() + " is the one that " + known.from() + " knows");
            return;
        }
        if (!checkSame(known)) {
            return;
        }
        FileScan end = scans.get(scans.size() - 1);
        report(
                known.seq() > chain.lastSeq()
                        ? new Fault(
                                end.file(),
                                end.lines() + 1,
                                "the audit ends with line " + chain.lastSeq() + " of the chain, but " + known.from()
                                        + " knows line " + known.seq()
                                        + ": lines were cut off, or an older file was put back")
                        : new Fault(
                                end.file(),
                                0,
                                "line " + known.seq() + ", which " + known.from() + " knows, is not here"));
    }

    private void describeProof(ChainSegment chain) {
        SeenCheckpoint proven = chain.lastProven();
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
            }
        }
        if (store.isPresent()) {
            // It knows every line, or has reported it.
            return;
        }
        long vouched = Math.max(notedSeq, proven == null ? 0 : proven.seq());
        if (!request.keys().isEmpty() && vouched < chain.lastSeq()) {
            unproven = chain.lastSeq() - vouched;
            notes.add("not proven: the last " + unproven + (unproven == 1 ? " line has" : " lines have")
                    + " no signed checkpoint behind " + (unproven == 1 ? "it yet" : "them yet")
                    + "; the store knows its lines (-c or --store)");
        }
        notes.add("not proven: that nothing was cut off at the end; the store knows (-c or --store)");
    }

    private ChainSegment endOf(ChainSegment chain) {
        List<ChainSegment> ofLast = scans.get(scans.size() - 1).stretches();
        return ofLast.isEmpty() ? chain : ofLast.get(ofLast.size() - 1);
    }

    private void report(ChainSegment stretch, String reason) {
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

    /** What the line with this number in the chain states as its hash, where the file has one. */
    private static Optional<String> hashAt(Path file, long seq) throws IOException {
        try (FileLines lines = new FileLines(file)) {
            while (lines.next()) {
                if (lines.holds(Long.toString(seq))) {
                    ParsedLine line = lines.parse();
                    if (line.isLine() && line.seq() == seq) {
                        return Optional.of(line.hash());
                    }
                }
            }
            return Optional.empty();
        }
    }
}
