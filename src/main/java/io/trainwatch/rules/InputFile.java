package io.trainwatch.rules;

import io.trainwatch.errors.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Reads files of a folder that others fill. A link is followed within the folder only, as Kubernetes has them; of what is
 * elsewhere, and of what is no file but a pipe or a device, nothing is opened.
 */
public final class InputFile {

    private InputFile() {}

    /** The file is not read, or cannot be; the message says why, as a predicate without a full stop. */
    public static final class Unreadable extends IOException {

        Unreadable(String why) {
            super(why);
        }
    }

    /**
     * The content of a file.
     *
     * @param folder only files that are there, in the end, are read
     * @param most bytes that are read
     */
    public static byte[] read(Path folder, String name, int most) throws Unreadable {
        Path file = check(folder, name);
        try (InputStream in = Channels.newInputStream(
                Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            return in.readNBytes(most);
        } catch (IOException e) {
            throw new Unreadable(inWords(folder.resolve(name), e));
        }
    }

    /**
     * Where the file is in the end.
     *
     * @throws Unreadable where it would not be read
     */
    public static Path check(Path folder, String name) throws Unreadable {
        Path file = folder.resolve(name);
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(folder.toRealPath())) {
                throw new Unreadable("is a link to what is not in its folder, and is not read");
            }
            BasicFileAttributes attributes =
                    Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw new Unreadable("is " + (attributes.isDirectory() ? "a folder" : "a pipe, a socket or a device")
                        + " and no file");
            }
            return real;
        } catch (Unreadable e) {
            throw e;
        } catch (IOException e) {
            throw new Unreadable(inWords(file, e));
        }
    }

    private static String inWords(Path file, IOException failure) {
        return failure instanceof NoSuchFileException && Files.isSymbolicLink(file)
                ? "is a link that leads nowhere"
                : Words.ofFile(failure);
    }
}
