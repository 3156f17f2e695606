package io.trainwatch.audit;

import io.trainwatch.text.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * The chain as far as its lines are known to be on disk.
 *
 * @param exported its end
 * @param placed the rows that come next
 * @param checkpointSeq the number of the last checkpoint; 0 before the first
 * @param checkpointHash its hash
 * @param tree over the lines behind the last checkpoint
 * @param openSince when the first of these was written, Unix milliseconds
 */
record ChainState(
        AuditChain exported,
        PendingRows placed,
        long checkpointSeq,
        String checkpointHash,
        List<String> tree,
        long openSince) {

    MerkleTree openTree() {
        List<byte[]> full = new ArrayList<>();
        tree.forEach(hash -> full.add(Sha256.parse(hash)));
        return new MerkleTree(exported.seq() - checkpointSeq, full);
    }

    /** The chain once these lines, which come next, are on disk. */
    ChainState after(List<AuditLine> lines, long now) {
        MerkleTree open = openTree();
        long since = openSince;
        long seq = checkpointSeq;
        String hash = checkpointHash;
        for (AuditLine line : lines) {
            if (line.action() == AuditAction.CHECKPOINT) {
                open = new MerkleTree();
                seq = line.seq();
                hash = line.hash();
            } else {
                since = open.size() == 0 ? now : since;
                open.add(line.hashBytes());
            }
        }
        return new ChainState(
                AuditChain.after(lines.get(lines.size() - 1)),
                placed.without(lines.size()),
                seq,
                hash,
                open.parts(),
                since);
    }
}
