package io.trainwatch.audit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the audit tells of a file that retention took away: the chain goes on behind this line.
 *
 * @param seq the number of the line that tells it
 * @param lastSeq the number of the file's last line
 * @param lastHash its hash
 */
record Removal(long seq, long lastSeq, String lastHash) {

    private static final Pattern DETAILS = Pattern.compile("\"last_seq\":(\\d{1,18}),\"last_hash\":\"([0-9a-f]{64})\"");

    static Optional<Removal> read(long seq, String details) {
        Matcher read = DETAILS.matcher(details);
        return read.find()
                ? Optional.of(new Removal(seq, Long.parseLong(read.group(1)), read.group(2)))
                : Optional.empty();
    }

    static String details(AuditFolder.Known file) {
        return "{\"file\":\"" + file.name() + "\",\"first_seq\":" + file.firstSeq() + ",\"last_seq\":" + file.lastSeq()
                + ",\"last_hash\":\"" + file.lastHash() + "\"}";
    }
}
