package io.trainwatch.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;

/**
 * What the audit says of a file that retention took away: the chain goes on behind this line.
 *
 * @param seq the number of the line that says it
 * @param lastSeq the number of the file's last line
 * @param lastHash its hash
 */
record Removal(long seq, long lastSeq, String lastHash) {

    static Optional<Removal> of(ParsedLine line) {
        JsonNode details = line.details();
        return line.isAction(AuditAction.AUDIT_FILES_REMOVED)
                        && details.path("last_seq").isIntegralNumber()
                ? Optional.of(new Removal(
                        line.seq(),
                        details.path("last_seq").asLong(),
                        details.path("last_hash").asText()))
                : Optional.empty();
    }

    static String details(AuditFolder.Known file) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("file", file.name())
                .put("first_seq", file.firstSeq())
                .put("last_seq", file.lastSeq())
                .put("last_hash", file.lastHash())
                .toString();
    }
}
