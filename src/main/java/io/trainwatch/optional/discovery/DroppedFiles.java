package io.trainwatch.optional.discovery;

import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.job.JobKey;
import io.trainwatch.rules.InputFile;
import io.trainwatch.rules.WrittenPolicy.OwnPolicy;
import io.trainwatch.store.OwnFiles;
import io.trainwatch.store.Store;
import io.trainwatch.watch.Leases;
import io.trainwatch.watch.Watch;
import io.trainwatch.watch.WatchList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.jdbi.v3.core.Handle;

/**
 * Jobs that are watched for as long as a file of the jobs directory names them. A file that names a job which is watched
 * already, from elsewhere, does not end that watch when it is removed.
 */
public final class DroppedFiles {

    private static final String REFUSED = "refused";
    private static final String TAKING = "Taking files of the jobs directory";
    private static final String DIRECTORY = "The jobs directory";
    private static final int MAX_BYTES = 1024 * 1024;

    private final Path directory;
    private final String owner;
    private final Set<String> tenants;
    private final Store store;
    private final WatchList watchList;
    private final Leases leases;
    private final RepeatedFaults faults;
    private final InstantSource clock;
    /** What has the name of a file and is none, as far as they were named. */
    private final Set<String> strangers = new HashSet<>();
    /** What is wrong with the files that cannot be used, and cannot be moved aside either, by name. */
    private final Map<String, String> unmoved = new ConcurrentSkipListMap<>();

    /**
     * @param owner the node whose directory it is: one without a file says nothing of the file of another
     * @param tenants the aliases that are configured
     */
    public DroppedFiles(
            Path directory, String owner, Set<String> tenants, Store store, Watch watch, InstantSource clock) {
        this.directory = directory;
        this.owner = owner;
        this.tenants = Set.copyOf(tenants);
        this.store = store;
        this.watchList = watch.list();
        this.leases = watch.leases();
        this.faults = watch.faults();
        this.clock = clock;
    }

    /**
     * The content of a file.
     *
     * @throws IllegalArgumentException with a message that says why it is not read
     */
    public byte[] read(@Header(Exchange.FILE_NAME) String file) {
        try {
            byte[] content = InputFile.read(directory, file, MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IllegalArgumentException("is longer than " + MAX_BYTES + " bytes: make several of it");
            }
            return content;
        } catch (InputFile.Unreadable e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Watches the jobs of a file that is new or has changed, and no longer those that it does not name any more.
     *
     * @throws IllegalArgumentException with a message that says what is wrong with the file
     */
    public void watch(@Header(Exchange.FILE_NAME) String file, @Body WatchRequest request) throws IOException {
        if (!leases.selection().isAll()) {
            return; // a command that watches some jobs of its own
        }
        List<JobKey> jobs = request.keys(tenants);
        OwnPolicy own = request.ownPolicy();
        Set<String> before = store.read(handle -> jobsOf(handle, file));
        String source = "file " + file;
        watchList.add(jobs, source, own, (handle, some, added) -> {
            for (JobKey job : some) {
                if (added.contains(job) || isOfFiles(handle, job.toString())) {
                    note(handle, file, job);
                }
                if (own == null && !added.contains(job) && before.contains(job.toString())) {
                    watchList.changePolicy(handle, job, null, source, clock.instant());
                }
            }
        });
        jobs.forEach(job -> before.remove(job.toString()));
        letGo(before, file);
        unmoved.remove(file);
        faults.works(file);
        if (isFolder(directory.resolve(REFUSED))) {
            Files.deleteIfExists(whyRefused(file));
        }
    }

    /** Ends the watch of the jobs whose file is gone. */
    public void endRemoved() {
        if (!leases.selection().isAll() || !Files.isDirectory(directory)) {
            return; // a directory that is gone is more likely not mounted than emptied
        }
        nameStrangers();
        unmoved.keySet().removeIf(file -> !Files.exists(directory.resolve(file), LinkOption.NOFOLLOW_LINKS));
        for (String file : files()) {
            // One that was refused after a change is gone for a mistake; what it said before stands until it is mended.
            if (!Files.exists(directory.resolve(file)) && !hasReason(file)) {
                letGo(store.read(handle -> jobsOf(handle, file)), file);
            }
        }
    }

    /** Moves a file that cannot be used aside, with the reason beside it. */
    public void refuse(@Header(Exchange.FILE_NAME) String file, Exchange exchange) {
        Exception thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String reason = Words.ofInput(thrown).orElseThrow();
        Path aside = directory.resolve(REFUSED);
        try {
            if (!isFolder(OwnFiles.createFolder(aside))) {
                throw new NotDirectoryException(aside.toString());
            }
            // A new file that is moved there takes the place of a link, and is not written through it.
            Path written = OwnFiles.createTemporary(aside, ".reason");
            Files.writeString(written, reason + System.lineSeparator());
            Files.move(written, whyRefused(file), StandardCopyOption.REPLACE_EXISTING);
            Files.move(directory.resolve(file), aside.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            faults.warn(TAKING, file, "the file " + file + " was moved to " + aside + ": " + reason);
        } catch (IOException e) {
            if (!reason.equals(unmoved.put(file, reason))) {
                String why = unusable(file, reason) + ". It cannot be moved to " + aside + " either: " + Words.why(e);
                faults.warn(TAKING, file, why);
            }
        }
    }

    /** The files that cannot be used and still lie there, in words. */
    public List<String> problems() {
        return unmoved.entrySet().stream()
                .map(file -> unusable(file.getKey(), file.getValue()))
                .toList();
    }

    private String unusable(String file, String reason) {
        return "The file " + file + " of " + directory + " cannot be used: " + reason;
    }

    /** Camel passes over what is no file; whoever put it there should know. */
    private void nameStrangers() {
        Set<String> found = new HashSet<>();
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(entry -> entry.toString().endsWith(".json") && !Files.isRegularFile(entry))
                    .map(entry -> entry.getFileName().toString())
                    .forEach(found::add);
        } catch (IOException | UncheckedIOException e) {
            faults.warn(
                    DIRECTORY, DIRECTORY, "it cannot be read: " + Words.why(e) + "; jobs of its files are watched on");
            return;
        }
        faults.works(DIRECTORY);
        strangers.retainAll(found);
        found.removeAll(strangers);
        for (String name : found) {
            try {
                InputFile.check(directory, name);
            } catch (InputFile.Unreadable e) {
                faults.warn(TAKING, name, name + " of the folder " + directory + " " + e.getMessage());
                strangers.add(name);
            }
        }
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean hasReason(String file) {
        return isFolder(directory.resolve(REFUSED)) && Files.exists(whyRefused(file), LinkOption.NOFOLLOW_LINKS);
    }

    private Path whyRefused(String file) {
        return directory.resolve(REFUSED).resolve(file + ".reason.txt");
    }

    private Set<String> files() {
        return store.read(
                handle -> new HashSet<>(handle.createQuery("select distinct file from dropped_job where owner = :owner")
                        .bind("owner", owner)
                        .mapTo(String.class)
                        .list()));
    }

    private Set<String> jobsOf(Handle handle, String file) {
        return new HashSet<>(handle.createQuery("select job from dropped_job where file = :file and owner = :owner")
                .bind("file", file)
                .bind("owner", owner)
                .mapTo(String.class)
                .list());
    }

    /** Whether the watch of the job was begun by a file, and ends with the last that names it. */
    private static boolean isOfFiles(Handle handle, String job) {
        return handle.createQuery("select 1 from dropped_job where job = :job limit 1")
                .bind("job", job)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** A file of the same name that another node has read may be the same, or this node may have had another name. */
    private void note(Handle handle, String file, JobKey job) {
        handle.createUpdate("insert into dropped_job (job, file, owner) values (:job, :file, :owner)"
                        + " on conflict (job, file) do update set owner = :owner")
                .bind("job", job.toString())
                .bind("file", file)
                .bind("owner", owner)
                .execute();
    }

    private void letGo(Set<String> jobs, String file) {
        for (String job : jobs) {
            store.transaction(handle -> {
                handle.createUpdate("delete from dropped_job where job = :job and file = :file")
                        .bind("job", job)
                        .bind("file", file)
                        .execute();
                return !isOfFiles(handle, job)
                        && watchList.remove(handle, JobKey.parse(job, null), "the removal from file " + file);
            });
        }
    }
}
