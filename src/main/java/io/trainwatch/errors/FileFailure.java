package io.trainwatch.errors;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;

/** Failures of the file system in words: their message is often a path and nothing more. */
public final class FileFailure {

    private FileFailure() {}

    /** Such as {@code /data is not there}; without a full stop. */
    public static String inWords(FileSystemException failure) {
        String file = failure.getFile();
        if (failure instanceof NoSuchFileException) {
            return file + " is not there";
        }
        if (failure instanceof AccessDeniedException) {
            return "this user may not use " + file;
        }
        if (failure instanceof FileAlreadyExistsException) {
            return file + " is there already";
        }
        if (failure instanceof NotDirectoryException) {
            return file + " is no folder";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return file + " is a folder that is not empty";
        }
        if (failure instanceof FileSystemLoopException || failure instanceof NotLinkException) {
            return file + " is a link that leads nowhere";
        }
        return file + (failure.getReason() == null ? " cannot be used" : ": " + failure.getReason());
    }
}
