package io.trainwatch.errors;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;

/** Failures of the file system in words: their message is often a path and nothing more. */
final class FileFailure {

    private FileFailure() {}

    /** Such as {@code /data is not there}; without a full stop. */
    static String inWords(FileSystemException failure) {
        return failure.getFile() == null ? "it " + predicate(failure) : failure.getFile() + " " + predicate(failure);
    }

    static String predicate(IOException failure) {
        if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
            return "is not there";
        }
        if (failure instanceof AccessDeniedException) {
            return "may not be used by this user";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "is there already";
        }
        if (failure instanceof NotDirectoryException) {
            return "is no folder";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "is a folder that is not empty";
        }
        if (failure instanceof FileSystemLoopException
                || failure instanceof NotLinkException
                || String.valueOf(failure.getMessage()).contains("symbolic links")) {
            return "is a link that leads nowhere";
        }
        String reason = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return reason == null ? "cannot be used" : "cannot be used: " + Violations.firstLine(new IOException(reason));
    }
}
