package io.trainwatch.audit;

import io.trainwatch.text.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The tree of hashes below a checkpoint, so that one line can be checked without the others.
 *
 * <p>A leaf is the hash of a line; a node is SHA-256 over the byte 1 and its two children; the left one of the two is the
 * largest full tree that is smaller than the whole (the shape of RFC 9162, section 2.1). A line starts with a brace, so no
 * node is the hash of a line. Leaves are added one by one and only the roots of full trees are kept: ten hashes for a
 * thousand leaves. Not thread-safe.
 */
final class MerkleTree {

    static final int HASH = 32;

    private final MessageDigest sha256 = Sha256.digest();
    /** Roots of full trees, the largest first; their sizes are the powers of two that the size is made of. */
    private final List<byte[]> full = new ArrayList<>();

    private long size;

    MerkleTree() {}

    /** A tree of which the full parts are known. */
    MerkleTree(long size, List<byte[]> full) {
        if (Long.bitCount(size) != full.size()) {
            throw new IllegalArgumentException("a tree of " + size + " leaves does not have " + full.size() + " parts");
        }
        this.size = size;
        this.full.addAll(full);
    }

    void add(byte[] leaf) {
        byte[] root = leaf;
        for (long bit = 1; (size & bit) != 0; bit <<= 1) {
            root = node(sha256, full.remove(full.size() - 1), root);
        }
        full.add(root);
        size++;
    }

    long size() {
        return size;
    }

    /** The roots of its full parts, in hexadecimal digits; with the size they are the whole tree. */
    List<String> parts() {
        return full.stream().map(Sha256::hex).toList();
    }

    /** The root over all leaves; that of a tree without leaves is 32 zero bytes. */
    byte[] root() {
        byte[] root = full.isEmpty() ? new byte[HASH] : full.get(full.size() - 1);
        for (int i = full.size() - 2; i >= 0; i--) {
            root = node(sha256, full.get(i), root);
        }
        return root;
    }

    /** What is needed besides a leaf to compute the root, from the leaf upwards. */
    static List<byte[]> path(List<byte[]> leaves, int index) {
        List<byte[]> path = new ArrayList<>();
        if (leaves.size() > 1) {
            int split = Integer.highestOneBit(leaves.size() - 1);
            boolean left = index < split;
            List<byte[]> here = left ? leaves.subList(0, split) : leaves.subList(split, leaves.size());
            List<byte[]> there = left ? leaves.subList(split, leaves.size()) : leaves.subList(0, split);
            path.addAll(path(here, left ? index : index - split));
            path.add(rootOf(there));
        }
        return path;
    }

    static byte[] rootOf(List<byte[]> leaves) {
        MerkleTree tree = new MerkleTree();
        leaves.forEach(tree::add);
        return tree.root();
    }

    /** The root that a leaf and its path lead to; empty where the path has another length than the tree has there. */
    static byte[] climb(byte[] leaf, long index, long size, List<byte[]> path) {
        MessageDigest sha256 = Sha256.digest();
        byte[] hash = leaf;
        long node = index;
        long last = size - 1;
        int used = 0;
        while (last > 0) {
            if ((node & 1) == 1 || node < last) {
                if (used == path.size()) {
                    return new byte[0];
                }
                byte[] other = path.get(used++);
                hash = (node & 1) == 1 ? node(sha256, other, hash) : node(sha256, hash, other);
            }
            node >>= 1;
            last >>= 1;
        }
        return used == path.size() ? hash : new byte[0];
    }

    private static byte[] node(MessageDigest sha256, byte[] left, byte[] right) {
        sha256.update((byte) 1);
        sha256.update(left);
        return sha256.digest(right);
    }
}
