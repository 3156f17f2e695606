package io.trainwatch.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.errors.Words;
import io.trainwatch.text.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The lines of one job, with what is needed to check them without the rest of the audit: for each line its path in the tree
 * of hashes, and the checkpoint that holds the tree's root.
 *
 * <p>It proves that the lines stood in the audit as they are. It does not prove that there were no others of the job: for
 * that, the whole audit is needed.
 */
public final class AuditProof {

    private static final String KIND = "trainwatch-audit-proof-1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String job;
    private final ObjectNode proof = JSON.createObjectNode();
    private final ArrayNode lines = proof.put("proof", KIND).putArray("lines");
    private final ArrayNode checkpoints = proof.putArray("checkpoints");
    private final ArrayNode open = proof.putArray("not_covered");
    /** Hashes since the last checkpoint, and which of them are the job's. */
    private final List<byte[]> leaves = new ArrayList<>();

    private final List<Taken> taken = new ArrayList<>();

    private record Taken(int index, String line) {}

    private AuditProof(String job) {
        this.job = job;
        proof.put("job", job);
    }

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
            ObjectNode node = lines.addObject();
            node.put("line", one.line);
            node.put("index", one.index);
            node.put("size", leaves.size());
            ArrayNode path = node.putArray("path");
            MerkleTree.path(leaves, one.index).forEach(hash -> path.add(Sha256.hex(hash)));
            node.put("checkpoint", checkpoints.size());
        }
        checkpoints.add(checkpoint.toString());
    }

    private Document document() throws IOException {
        taken.forEach(one -> open.add(one.line));
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(proof);
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
            return checkLines(proof, keys);
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return new Check(0, Optional.of("the proof cannot be read: " + Words.why(e)), List.of());
        }
    }

    private static Check checkLines(JsonNode proof, AuditKeys keys) throws IOException {
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (JsonNode text : proof.path("checkpoints")) {
            ParsedLine line = ParsedLine.of(text.asText());
            if (line.wrong() != null || !line.isCheckpoint()) {
                return fault("checkpoint " + checkpoints.size() + ": "
                        + Objects.requireNonNullElse(line.wrong(), "the line is none"));
            }
            SeenCheckpoint seen = SeenCheckpoint.of(line, 0, keys, false);
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
        for (JsonNode node : proof.path("lines")) {
            ParsedLine line = ParsedLine.of(node.path("line").asText());
            if (line.wrong() != null) {
                return fault("line " + good + ": " + line.wrong());
            }
            if (!isOf(line, proof.path("job").asText())) {
                return fault("line " + good + " is of another job");
            }
            Checkpoint checkpoint = checkpoints.get(node.path("checkpoint").asInt(-1));
            List<byte[]> path = new ArrayList<>();
            node.path("path").forEach(hash -> path.add(Sha256.parse(hash.asText())));
            long size = node.path("size").asLong();
            byte[] root = MerkleTree.climb(line.digest(), node.path("index").asLong(), size, path);
            if (size != checkpoint.lines() || !Sha256.hex(root).equals(checkpoint.root())) {
                return fault("line " + good + " is not among those that its checkpoint speaks for");
            }
            good++;
        }
        List<String> notes = new ArrayList<>();
        if (keys.isEmpty()) {
            notes.add("not proven: the checkpoints' signatures were not checked; give the key");
        }
        int open = proof.path("not_covered").size();
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
}
