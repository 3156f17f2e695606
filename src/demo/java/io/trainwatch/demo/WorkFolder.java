package io.trainwatch.demo;

import io.trainwatch.cli.UsageException;
import io.trainwatch.errors.FileFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where a command that tries Trainwatch out puts what it makes. */
final class WorkFolder {

    private WorkFolder() {}

    /**
     * The folder, made where it is not there.
     *
     * @param given by {@code --directory}; {@code null} for a new temporary one
     * @param prefix of the temporary one's name
     */
    static Path of(Path given, String prefix) throws IOException {
        if (given == null) {
            return Files.createTempDirectory(prefix);
        }
        try {
            Path folder = Files.createDirectories(given);
            if (!Files.isWritable(folder)) {
                throw unusable(given, "this user may not write there");
            }
            return folder;
        } catch (NoSuchFileException e) {
            throw unusable(given, "no folder can be made there");
        } catch (FileSystemException e) {
            throw unusable(given, FileFailure.inWords(e));
        }
    }

    private static UsageException unusable(Path folder, String why) {
        return new UsageException("The folder " + folder + " cannot be used: " + why
                + ". Give --directory a folder that this user may make or write.");
    }
}
