package io.trainwatch.audit;

import io.trainwatch.audit.AuditVerification.Fault;
import io.trainwatch.audit.AuditVerification.Known;
import io.trainwatch.audit.AuditVerification.Result;
import io.trainwatch.audit.AuditVerification.Vouched;
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
 * Puts the segments of all files in the order of the chain, and finds what is missing, doubled or foreign.
 *
 * <p>Files of one folder hold the chain in order. Those of another may fill the gaps between, as where nodes with folders
 * of their own took turns; then a line may stand in two folders, since a node that dies may leave lines that another
 * writes again, the same.
 */
final class ChainCheck {

    private final AuditVerification.Request request;
    /** What it knew before the files were read. */
    private final Optional<KnownLines> store;

    private final List<Known> noted;
    private final List<FileScan> scans;
    private final List<Fault> faults = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<ChainSegment> inOrder = new ArrayList<>();
    private long doubled;
    private long unproven;
    /** The last line of the chain that somebody who noted it vouches for. */
    private long notedSeq;

    private ChainSegment begin;
    private Checkpoint.Seen lastProven;

    ChainCheck(AuditVerification.Evidence evidence, List<FileScan> scans) {
        this.request = evidence.request();
        this.store = evidence.before();
        this.noted = evidence.noted();
        this.scans = scans;
    }

    Result result() throws IOException {
        if (scans.isEmpty()) {
            return Result.none(new Fault(request.paths().get(0), 0, "there is no audit file here (audit-*.jsonl)"));
        }
        scans.forEach(scan -> report(scan.fault()));
        List<Vouched> vouched = vouched();
        checkOrderInFolders(vouched);
        inOrder.sort(Comparator.comparingLong((ChainSegment segment) -> segment.firstSeq));
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
        Optional<Fault> first =
                faults.stream().min(Comparator.comparingInt(this::fileOf).thenComparingLong(Fault::line));
        int files = first.map(this::fileOf).orElse(scans.size());
        long lines = scans.subList(0, files).stream().mapToLong(FileScan::lines).sum();
        return new Result(
                scans.size(),
                lines + first.map(fault -> Math.max(fault.line() - 1, 0)).orElse(0L),
                first,
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

    /** Whatever the chain leads from to a line that somebody speaks for; before segments are put together. */
    private List<Vouched> vouched() throws IOException {
        List<Vouched> vouched = new ArrayList<>();
        Set<String> good = new HashSet<>();
        List<ChainSegment> lastFirst = new ArrayList<>();
        scans.forEach(scan -> lastFirst.addAll(scan.segments()));
        lastFirst.sort(Comparator.comparingLong((ChainSegment segment) -> segment.firstSeq)
                .reversed());
        for (ChainSegment segment : lastFirst) {
            boolean leadsOn = good.contains(place(segment.lastSeq() + 1, segment.lastHash()));
            long last = leadsOn || stands(segment, vouched)
                    ? segment.lastSeq()
                    : Math.max(
                            segment.lastProven() == null
                                    ? 0
                                    : segment.lastProven().seq(),
                            lastNoted(segment));
            if (last >= segment.firstSeq) {
                vouched.add(new Vouched(segment.file, segment.line, segment.lineOf(last)));
                good.add(place(segment.firstSeq, segment.firstPrev));
            }
        }
        return vouched;
    }

    /** Whether the last line of the segment stands in another folder too, and is good there. */
    private boolean stands(ChainSegment segment, List<Vouched> vouched) throws IOException {
        for (Vouched part : vouched) {
            Path other = part.file();
            if (!Objects.equals(other.getParent(), segment.file.getParent())
                    && hashAt(other, segment.lastSeq())
                            .filter(segment.lastHash()::equals)
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static String place(long seq, String prev) {
        return seq + " " + prev;
    }

    /** The last line of the segment that somebody noted; 0 where there is none. */
    private long lastNoted(ChainSegment segment) {
        FileScan scan = scans.stream()
                .filter(each -> each.file().equals(segment.file))
                .findFirst()
                .orElseThrow();
        long last = scan.known().stream()
                .filter(line -> line.line() >= segment.line && line.line() <= segment.lineOf(segment.lastSeq()))
                .filter(line -> noted.stream()
                        .anyMatch(known ->
                                known.seq() == line.seq() && known.hash().equals(line.hash())))
                .mapToLong(FileScan.KnownLine::seq)
                .max()
                .orElse(0);
        // What follows the line that the store knows is pending, or was reported.
        boolean toTheEnd = last > 0
                && scan.fault() == null
                && store.isPresent()
                && last == store.get().end().seq();
        return toTheEnd ? segment.lastSeq() : last;
    }

    private void checkOrderInFolders(List<Vouched> vouched) throws IOException {
        ChainSegment before = null;
        for (FileScan scan : scans) {
            for (ChainSegment segment : scan.segments()) {
                boolean sameFolder = before != null && before.folder == segment.folder;
                if (sameFolder && isFork(before, segment, vouched)) {
                    report(new Fault(
                            before.file,
                            before.lineOf(segment.firstSeq),
                            "Trainwatch did not write this: " + segment.file.getFileName()
                                    + " goes on behind the line before"));
                    before = segment;
                } else if (sameFolder && segment.firstSeq <= before.lastSeq()) {
                    report(
                            segment,
                            "a line is doubled or out of order: line " + (before.lastSeq() + 1)
                                    + " of the chain should be here, not " + segment.firstSeq);
                } else {
                    before = segment;
                    inOrder.add(segment);
                }
            }
        }
    }

    /** Whether the second segment is the one that Trainwatch wrote behind a line that others follow in the first. */
    private static boolean isFork(ChainSegment before, ChainSegment segment, List<Vouched> vouched) throws IOException {
        boolean isOurs = segment.firstAction.equals(AuditAction.AUDIT_FAULT.name())
                || vouched.stream().anyMatch(part -> part.holds(segment.file, segment.line));
        if (!isOurs || segment.file.equals(before.file) || segment.firstSeq > before.lastSeq()) {
            return false;
        }
        return segment.firstSeq == before.firstSeq
                ? segment.firstPrev.equals(before.firstPrev)
                : segment.firstSeq > before.firstSeq
                        && hashAt(before.file, segment.firstSeq - 1).equals(Optional.of(segment.firstPrev));
    }

    /** What the chain is, as far as it goes; gaps are reported and jumped over. */
    private ChainSegment join() throws IOException {
        ChainSegment chain = null;
        for (ChainSegment segment : inOrder) {
            if (chain == null) {
                checkBegin(segment);
                chain = segment;
            } else if (chain.isFollowedBy(segment)) {
                chain.add(segment);
            } else if (segment.firstSeq <= chain.lastSeq()) {
                checkDouble(chain, segment);
            } else if (segment.firstSeq == chain.lastSeq() + 1) {
                report(segment, "the line does not follow the one before it: prev is not that line's hash");
                chain = segment;
            } else {
                report(
                        segment,
                        "lines are missing: line " + (chain.lastSeq() + 1)
                                + " of the chain should be here, not " + segment.firstSeq
                                + (segment.firstAction.equals(AuditAction.AUDIT_FAULT.name())
                                        ? ", which tells when Trainwatch found that they were gone"
                                        : ""));
                report(chain.fault());
                chain = segment;
            }
        }
        return chain;
    }

    private void checkBegin(ChainSegment segment) {
        if (segment.firstSeq > 1) {
            begin = segment;
        } else if (!segment.firstPrev.equals(AuditLine.FIRST_PREV)) {
            report(segment, "the first line of the chain must have 64 zeros as prev");
        }
    }

    /** What the chain lacks at its begin was removed by retention, if a line says so that somebody vouches for. */
    private void checkRemoval() {
        if (begin == null) {
            return;
        }
        String missing = "lines 1 to " + (begin.firstSeq - 1) + " ";
        List<AuditRetention.Removal> recorded = scans.stream()
                .flatMap(scan -> scan.segments().stream())
                .flatMap(each -> each.removals().stream())
                .filter(removal -> removal.lastSeq() == begin.firstSeq - 1
                        && removal.lastHash().equals(begin.firstPrev))
                .toList();
        long vouched = Math.max(notedSeq, lastProven == null ? 0 : lastProven.seq());
        if (recorded.stream().anyMatch(removal -> !request.hasEvidence() || removal.seq() <= vouched)) {
            notes.add("from line " + begin.firstSeq + " on: " + missing
                    + "were removed by retention, which the audit tells");
        } else if (request.partial()) {
            notes.add("from line " + begin.firstSeq + " on: " + missing + "are not here, and nothing is said of them");
        } else {
            report(
                    begin,
                    missing + "are missing, and "
                            + (recorded.isEmpty()
                                    ? "no line tells that retention removed them"
                                    : "the line that tells that retention removed them is neither signed nor known"));
        }
    }

    /** The same lines may stand in two folders; other ones with the same numbers may not. */
    private void checkDouble(ChainSegment chain, ChainSegment segment) throws IOException {
        boolean goesOn = segment.lastSeq() > chain.lastSeq();
        boolean same = goesOn
                ? hashAt(segment.file, chain.lastSeq()).equals(Optional.of(chain.lastHash()))
                : isInAnother(segment.lastSeq(), segment.lastHash(), segment);
        if (!same) {
            report(
                    segment,
                    "line " + segment.firstSeq + " of the chain stands in another folder too, and not the same");
        }
        doubled += goesOn ? chain.lastSeq() - segment.firstSeq + 1 : segment.lines();
        if (goesOn) {
            chain.addOverlapping(segment);
        }
    }

    private boolean isInAnother(long seq, String hash, ChainSegment than) throws IOException {
        for (ChainSegment segment : inOrder) {
            if (segment != than
                    && segment.firstSeq <= seq
                    && hashAt(segment.file, seq).filter(hash::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private void checkStore(ChainSegment chain, KnownLines lines) {
        List<Known> all = noted.stream()
                .filter(known -> known.seq() > 0)
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

    private boolean isHere(Known known) {
        return scans.stream()
                .flatMap(scan -> scan.known(known.seq()).stream())
                .anyMatch(line -> line.hash().equals(known.hash()));
    }

    /** Reports a line that is here and is not what it was; says whether it is not here at all. */
    private boolean checkSame(Known known) {
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

    private void checkKnown(ChainSegment chain, Known known) {
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
        Checkpoint.Seen proven = chain.lastProven();
        if (doubled > 0) {
            notes.add(doubled + " lines stand in two folders, the same in both");
        }
        if (request.keys().isEmpty()) {
            notes.add(
                    chain.last() == null
                            ? "not proven: there is no checkpoint, and whoever can write the files can compute a new chain"
                            : "not proven: the checkpoints' signatures were not checked; give the key");
        } else if (proven == null && (chain.last() != null || chain.lines() > Checkpoint.MAX_LINES)) {
            // Whoever changed lines may have left checkpoints out, or signed them with a key of his own.
            report(endOf(chain), "no checkpoint is signed with a given key, so that none of the lines is proven");
        } else if (proven == null) {
            notes.add("not proven: there is no checkpoint yet");
        } else {
            notes.add("proven up to line " + proven.seq() + ": signed with key "
                    + proven.checkpoint().key() + " at " + proven.at());
            long behind = chain.lastSeq() - proven.seq();
            if (behind > Checkpoint.MAX_LINES) {
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
        List<ChainSegment> ofLast = scans.get(scans.size() - 1).segments();
        return ofLast.isEmpty() ? chain : ofLast.get(ofLast.size() - 1);
    }

    private void report(ChainSegment segment, String reason) {
        report(new Fault(segment.file, segment.line, reason));
    }

    private void report(Fault fault) {
        if (fault != null) {
            faults.add(fault);
        }
    }

    /** Which of the files that were read it is in. */
    private int fileOf(Fault fault) {
        return scans.stream().map(FileScan::file).toList().indexOf(fault.file());
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
