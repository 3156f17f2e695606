package io.trainwatch.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A folder whose file system refuses to set permissions and shows those that it was mounted with, as Azure Files does. */
public final class NoPermissions {

    /** How it refuses. */
    public enum Refusal {
        OPERATION_NOT_PERMITTED,
        UNSUPPORTED
    }

    /** What is done there. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    private NoPermissions() {}

    /** Does the work while the folder is such a one. */
    public static void in(Path folder, Refusal refusal, Work work) throws Exception {
        OwnFiles.Permissions before = OwnFiles.permissions;
        OwnFiles.permissions = refusing(folder, refusal);
        try {
            work.run();
        } finally {
            OwnFiles.permissions = before;
        }
    }

    private static OwnFiles.Permissions refusing(Path folder, Refusal refusal) {
        return new OwnFiles.Permissions() {
            @Override
            void set(Path path, Set<PosixFilePermission> wanted) throws IOException {
                if (!isThere(path)) {
                    super.set(path, wanted);
                } else if (refusal == Refusal.UNSUPPORTED) {
                    throw new UnsupportedOperationException();
                } else {
                    throw new FileSystemException(path.toString(), null, "Operation not permitted");
                }
            }

            @Override
            Set<PosixFilePermission> of(Path path) throws IOException {
                return isThere(path) ? PosixFilePermissions.fromString("rwxrwxrwx") : super.of(path);
            }

            private boolean isThere(Path path) {
                return path.toAbsolutePath().startsWith(folder.toAbsolutePath());
            }
        };
    }
}
