package io.trainwatch.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.errors.Words;
import io.trainwatch.text.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The lines of one job, with what is needed to check them without the rest of the audit: for each line its path in the tree
 * of hashes, and the checkpoint that holds the tree's root.
 *
 * <p>It proves that the lines stood in the audit as they are. It does not prove that there were no others of the job: for
 * that, the whole audit is needed.
 */
public final class AuditProof {

    private static final String KIND = "trainwatch-audit-proof-1";
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final String job;
    private final List<ProvenLine> lines = new ArrayList<>();
    private final List<String> checkpoints = new ArrayList<>();
    /** Hashes since the last checkpoint, and which of them are the job's. */
    private final List<byte[]> leaves = new ArrayList<>();

    private final List<Taken> taken = new ArrayList<>();

    private record Taken(int index, String line) {}

    private AuditProof(String job) {
        this.job = job;
    }

    /** @param notCovered lines that have no checkpoint behind them yet */
    @JsonPropertyOrder({"proof", "lines", "checkpoints", "not_covered", "job"})
    private record Proof(
            String proof,
            List<ProvenLine> lines,
            List<String> checkpoints,
            @JsonProperty("not_covered") List<String> notCovered,
            String job) {}

    /**
     * A line and its place in the tree.
     *
     * @param index of the leaf, from 0
     * @param size leaves of the tree
     * @param path hashes from the leaf upwards
     * @param checkpoint which one holds the root, from 0
     */
    private record ProvenLine(String line, int index, int size, List<String> path, int checkpoint) {}

    /**
     * What was found of a job, as a JSON document.
     *
     * @param lines that have a checkpoint behind them
     * @param open that have none yet
     */
    public record Document(String text, int lines, int open) {}

    /**
     * Collects the proof of a job.
     *
     * @param job {@code tenant:project/job}, or the job's id alone
     * @throws IOException where a file cannot be read, or a line is not one of the audit; verify it first
     */
    public static Document of(String job, List<Path> paths) throws IOException {
        AuditProof proof = new AuditProof(job);
        try (ChainReader reader = new ChainReader(AuditFile.byFolder(paths))) {
            for (ParsedLine line = reader.next(); line != null; line = reader.next()) {
                proof.add(line);
            }
        }
        return proof.document();
    }

    private void add(ParsedLine line) throws IOException {
        if (line.isCheckpoint()) {
            cover(line);
            leaves.clear();
            taken.clear();
            return;
        }
        if (isOf(line, job)) {
            taken.add(new Taken(leaves.size(), line.toString()));
        }
        leaves.add(line.digest());
    }

    private void cover(ParsedLine checkpoint) throws IOException {
        if (taken.isEmpty()) {
            return;
        }
        String root = Sha256.hex(MerkleTree.rootOf(leaves));
        if (!Checkpoint.of(checkpoint).root().equals(root)) {
            throw new AuditFault("line " + checkpoint.seq()
                    + " of the chain, a checkpoint, speaks for other lines than are here; run audit verify");
        }
        for (Taken one : taken) {
            List<String> path =
                    MerkleTree.path(leaves, one.index).stream().map(Sha256::hex).toList();
            lines.add(new ProvenLine(one.line, one.index, leaves.size(), path, checkpoints.size()));
        }
        checkpoints.add(checkpoint.toString());
    }

    private Document document() throws IOException {
        List<String> open = taken.stream().map(Taken::line).toList();
        String text = JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(new Proof(KIND, lines, checkpoints, open, job));
        return new Document(text, lines.size(), open.size());
    }

    /**
     * What a check of a proof found.
     *
     * @param lines that are proven
     * @param fault the first thing that is wrong
     * @param notes sentences on what is not proven
     */
    public record Check(int lines, Optional<String> fault, List<String> notes) {}

    /** Checks a proof on its own, with the keys of the checkpoints; none is allowed. */
    public static Check check(String text, AuditKeys keys) {
        try {
            JsonNode proof = JSON.readTree(text);
            if (!KIND.equals(proof.path("proof").asText())) {
                return new Check(0, Optional.of("this is no " + KIND), List.of());
            }
            return checkLines(JSON.treeToValue(proof, Proof.class), keys);
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return new Check(0, Optional.of("the proof cannot be read: " + Words.why(e)), List.of());
        }
    }

    private static Check checkLines(Proof proof, AuditKeys keys) throws IOException {
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (String text : proof.checkpoints) {
            ParsedLine line = ParsedLine.of(text);
            if (line.wrong() != null || !line.isCheckpoint()) {
                return fault("checkpoint " + checkpoints.size() + ": "
                        + Objects.requireNonNullElse(line.wrong(), "the line is none"));
            }
            Checkpoint.Seen seen = Checkpoint.Seen.of(line, 0, keys, false);
            if (seen.isForged()) {
                return fault("checkpoint " + checkpoints.size() + ": its signature is not by key "
                        + seen.checkpoint().key());
            }
            if (!keys.isEmpty() && !seen.isProven()) {
                return fault("checkpoint " + checkpoints.size() + " is not signed with a given key");
            }
            checkpoints.add(seen.checkpoint());
        }
        int good = 0;
        for (ProvenLine proven : proof.lines) {
            ParsedLine line = ParsedLine.of(proven.line);
            if (line.wrong() != null) {
                return fault("line " + good + ": " + line.wrong());
            }
            if (!isOf(line, proof.job)) {
                return fault("line " + good + " is of another job");
            }
            Checkpoint checkpoint = checkpoints.get(proven.checkpoint);
            List<byte[]> path = proven.path.stream().map(Sha256::parse).toList();
            byte[] root = MerkleTree.climb(line.digest(), proven.index, proven.size, path);
            if (proven.size != checkpoint.lines() || !Sha256.hex(root).equals(checkpoint.root())) {
                return fault("line " + good + " is not among those that its checkpoint speaks for");
            }
            good++;
        }
        List<String> notes = new ArrayList<>();
        if (keys.isEmpty()) {
            notes.add("not proven: the checkpoints' signatures were not checked; give the key");
        }
        int open = proof.notCovered.size();
        if (open > 0) {
            notes.add("not proven: " + open + " more lines had no checkpoint behind them yet");
        }
        notes.add("not proven: that the job had no other lines; the whole audit tells");
        return new Check(good, Optional.empty(), notes);
    }

    private static Check fault(String text) {
        return new Check(0, Optional.of(text), List.of());
    }

    private static boolean isOf(ParsedLine line, String job) {
        return job.equals(line.job()) || job.equals(line.tenant() + ":" + line.project() + "/" + line.job());
    }

    /**
     * Reads the lines of several folders in the order of the chain, each once. Checks each line on its own, and not that they
     * follow one another. For one thread.
     */
    private static final class ChainReader implements AutoCloseable {

        private final PriorityQueue<Folder> folders =
                new PriorityQueue<>(Comparator.comparingLong((Folder folder) -> folder.line.seq()));
        private long last;

        ChainReader(List<List<Path>> files) throws IOException {
            for (List<Path> ofFolder : files) {
                advance(new Folder(ofFolder.iterator()));
            }
        }

        /** The next line, {@code null} behind the last. */
        ParsedLine next() throws IOException {
            while (!folders.isEmpty()) {
                Folder lowest = folders.remove();
                ParsedLine line = lowest.line;
                advance(lowest);
                if (line.seq() > last) {
                    last = line.seq();
                    return line;
                }
            }
            return null;
        }

        private void advance(Folder folder) throws IOException {
            if (folder.next()) {
                folders.add(folder);
            }
        }

        @Override
        public void close() throws IOException {
            for (Folder folder : folders) {
                folder.lines.close();
            }
        }
    }

    /** The files of a folder, and the line that it is at. */
    private static final class Folder {

        private final Iterator<Path> files;
        private Path file;
        private FileLines lines;
        private ParsedLine line;

        Folder(Iterator<Path> files) {
            this.files = files;
        }

        /** Goes to the next line; false behind the last. */
        boolean next() throws IOException {
            while (lines == null || !lines.next()) {
                if (lines != null) {
                    lines.close();
                }
                if (!files.hasNext()) {
                    return false;
                }
                file = files.next();
                lines = new FileLines(file);
            }
            line = lines.parse();
            if (line.wrong() != null) {
                lines.close();
                throw new AuditFault(file + ": " + line.wrong() + "; run audit verify");
            }
            return true;
        }
    }
}
