package io.trainwatch.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What somebody writes who has the files and not the key: the chain is right, and nobody signed it. */
public final class ForgedLines {

    private ForgedLines() {}

    /** Adds a line behind the last one of the folder. */
    public static void append(Path folder, AuditEntry entry) throws IOException {
        List<Path> files = AuditFile.in(folder);
        Path last = files.get(files.size() - 1);
        AuditFile.Tail tail = AuditFile.tail(last);
        AuditLine line = new ChainState.End(tail.seq(), tail.hash()).next(entry, AuditLine.Form.PLAIN);
        Files.write(last, AuditExport.Group.of(List.of(line), last).bytes(), StandardOpenOption.APPEND);
    }
}
