package io.trainwatch.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks the chain of audit lines through files, in the order of their names. */
public final class AuditVerification {

    private AuditVerification() {}

    /**
     * What was found.
     *
     * @param lines whole lines up to the fault
     * @param fault the first one
     */
    public record Result(int files, long lines, Optional<Fault> fault) {

        public boolean isWhole() {
            return fault.isEmpty();
        }

        /** One line for people. */
        public String describe() {
            String read =
                    lines + (lines == 1 ? " line" : " lines") + " in " + files + (files == 1 ? " file" : " files");
            return fault.map(found -> "FAULT  " + found.file() + " line " + found.line() + ": " + found.reason() + " ("
                            + read + " before it are whole)")
                    .orElse("OK  " + read + ", the chain is whole");
        }
    }

    /** @param line from 1 */
    public record Fault(Path file, long line, String reason) {}

    /**
     * Verifies files, and the audit files in folders.
     *
     * @throws IOException where one cannot be read
     */
    public static Result verify(List<Path> paths) throws IOException {
        List<Path> files = files(paths);
        if (files.isEmpty()) {
            return new Result(
                    0, 0, Optional.of(new Fault(paths.get(0), 0, "there is no audit file here (audit-*.jsonl)")));
        }
        LineCheck check = new LineCheck();
        for (Path file : files) {
            Optional<Fault> fault = verify(file, check);
            if (fault.isPresent()) {
                return new Result(files.size(), check.lines(), fault);
            }
        }
        return new Result(files.size(), check.lines(), Optional.empty());
    }

    private static Optional<Fault> verify(Path file, LineCheck check) throws IOException {
        long number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    line.write(next);
                    continue;
                }
                number++;
                Optional<String> reason = check.next(line.toByteArray());
                if (reason.isPresent()) {
                    return Optional.of(new Fault(file, number, reason.get()));
                }
                line.reset();
            }
            return line.size() == 0
                    ? Optional.empty()
                    : Optional.of(new Fault(
                            file,
                            number + 1,
                            "the line is torn: it has no end. A running Trainwatch mends this at its next start"));
        }
    }

    private static List<Path> files(List<Path> paths) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> inside = Files.list(path)) {
                    inside.filter(file -> AuditFile.isName(file.getFileName().toString()))
                            .forEach(files::add);
                }
            } else {
                files.add(path);
            }
        }
        files.sort(Comparator.comparing(Path::getFileName));
        return files;
    }
}
