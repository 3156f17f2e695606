package io.trainwatch.cli.check;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.api.HttpSettings;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.errors.Words;
import io.trainwatch.http.Clients;
import io.trainwatch.rules.PolicySet;
import io.trainwatch.rules.PolicySettings;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.LockedFile;
import io.trainwatch.store.OwnFiles;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.store.StoreUnavailable;
import io.trainwatch.watch.JobsSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has to be right on this machine: directories, policy files, the store, the port. Leaves nothing behind. */
final class MachineChecks {

    private final Settings settings;
    private final SingleRequests requests;

    MachineChecks(Settings settings, SingleRequests requests) {
        this.settings = settings;
        this.requests = requests;
    }

    Check auditDirectory() {
        return writable("audit directory", settings.get(AuditOptions.AUDIT).directory(), "trainwatch.audit.directory");
    }

    /** Files are only read from it, but one that cannot be used is moved aside. */
    Check jobsDirectory() {
        Path directory = settings.get(JobsSettings.DIRECTORY);
        return Files.isDirectory(directory)
                ? writable("jobs directory", directory, "trainwatch.jobs-directory")
                : Check.ok("jobs directory", "files", "none: there is no folder " + directory);
    }

    /** What the file systems do not do that the service would have them do; of one that has started, the log says so. */
    List<Check> fileSystems() {
        Map<String, Path> folders = new LinkedHashMap<>();
        folders.put("audit directory", settings.get(AuditOptions.DIRECTORY));
        Store.fileOf(settings.get(StoreSettings.STORE).url()).ifPresent(file -> folders.put("store", file.getParent()));
        if (Files.isDirectory(settings.get(JobsSettings.DIRECTORY))) {
            folders.put("jobs directory", settings.get(JobsSettings.DIRECTORY));
        }
        List<Check> checks = new ArrayList<>();
        folders.forEach((subject, folder) -> {
            Path existing = existing(folder);
            try {
                if (!OwnFiles.keepsPermissions(existing)) {
                    checks.add(Check.warning(
                            subject,
                            "permissions",
                            "the file system of " + existing + " keeps no permissions: who may read and write there"
                                    + " depends on how it is mounted",
                            "See that nobody else may, such as with file_mode=0600,dir_mode=0700 and the user of"
                                    + " Trainwatch as uid among the options of an SMB mount."));
                }
                if (!subject.equals("jobs directory") && !LockedFile.canBeIn(existing)) {
                    checks.add(Check.warning(
                            subject,
                            "locks",
                            "the file system of " + existing + " has no locks",
                            "See that no other process uses it for the same."));
                }
            } catch (IOException e) {
                // That it cannot be written is a check of its own.
            }
        });
        return checks;
    }

    /** The folder alone, of which a service that has started says nothing as long as it is missing. */
    Optional<Check> policyFolder() {
        Path directory = settings.get(PolicySettings.POLICY).directory();
        if (Files.isDirectory(directory) && Files.isReadable(directory)) {
            return Optional.empty();
        }
        if (directory.equals(PolicySettings.USUAL_DIRECTORY) && !Files.exists(directory)) {
            return Optional.of(Check.ok(
                    "policies", "files", "none: there is no folder " + directory + ", so trainwatch.policy.* counts"));
        }
        return Optional.of(Check.warning(
                "policies",
                "files",
                directory + " is no folder that can be read: what was in force from it before stays so, and else"
                        + " trainwatch.policy.* counts",
                "Make the folder, or set trainwatch.policy.directory to the one that is meant."));
    }

    /** A row for each file that the service would refuse; those that are in force already are not asked for. */
    List<Check> policies() {
        Optional<PolicySet> files =
                PolicySet.ofFolder(settings.get(PolicySettings.POLICY).directory());
        List<Check> checks = new ArrayList<>();
        checks.add(Check.ok(
                "policies",
                "cancels",
                settings.get(PolicySettings.POLICY)
                        .cancelNotice(
                                files.map(found -> found.inForce().values()).orElse(List.of()))));
        if (files.isEmpty()) {
            policyFolder().ifPresent(checks::add);
            return checks;
        }
        int usable = files.get().inForce().size();
        checks.add(Check.ok("policies", "files", usable + (usable == 1 ? " file" : " files") + " can be used"));
        files.get()
                .refused()
                .forEach((file, refusal) -> checks.add(Check.problem(
                        "policies",
                        file,
                        refusal.getMessage(),
                        "Mend it; until then nothing of it is in force, or what it said before.")));
        return checks;
    }

    Check routes(List<Problem> problems) {
        Path directory = settings.get(TrainwatchSettings.ROUTES_DIRECTORY);
        if (Files.isDirectory(directory)) {
            if (!problems.isEmpty()) {
                Problem first = problems.get(0);
                return Check.problem("routes", "folder", first.key() + ": " + first.what(), first.advice());
            }
            return Check.ok(
                    "routes",
                    "folder",
                    settings.isGiven(TrainwatchSettings.ROUTES_DIRECTORY)
                            ? directory + " is there"
                            : directory
                                    + " is there, and is read where a route in it has the id of one of Trainwatch's");
        }
        return directory.equals(TrainwatchSettings.USUAL_ROUTES) && !Files.exists(directory)
                ? Check.ok("routes", "folder", "none: the routes that Trainwatch brings are used")
                : Check.warning(
                        "routes",
                        "folder",
                        directory + " is no folder: the routes that Trainwatch brings are used",
                        "Make the folder, or set trainwatch.routes.directory to the one that is meant.");
    }

    /** Of a service that has started, the log says so already. */
    List<Check> openRoutes() {
        return OwnFiles.openToAll(settings.get(TrainwatchSettings.ROUTES_DIRECTORY), ".camel.yaml").stream()
                .map(open -> Check.warning(
                        "routes",
                        "permissions",
                        "everybody may write " + open + ", and so have the service run what they like",
                        "Run: chmod o-w " + open))
                .toList();
    }

    Check store() {
        try {
            return Check.ok("store", "opens", settings.get(StoreSettings.STORE).inspect());
        } catch (StoreUnavailable e) {
            return Check.problem("store", "opens", e.getMessage());
        }
    }

    Check port() {
        HttpSettings http = settings.get(HttpSettings.HTTP);
        String place = http.host() + ":" + http.port();
        if (!http.enabled()) {
            return Check.ok("http", "port", "off");
        }
        if (http.port() == 0) {
            return Check.ok("http", "port", "any that is free");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as the server does: a port that was just left is free
            socket.bind(new InetSocketAddress(InetAddress.getByName(http.host()), http.port()));
            return Check.ok("http", "port", place + " is free");
        } catch (BindException e) {
            return isTrainwatch(http)
                    ? Check.ok("http", "port", "Trainwatch runs at " + place)
                    : Check.problem(
                            "http",
                            "port",
                            "cannot listen on " + place + " (" + Words.why(e) + ")",
                            "Stop what listens there, or set trainwatch.http.host and .port to what is free, port 0 for"
                                    + " any.");
        } catch (IOException e) {
            return Check.problem(
                    "http",
                    "port",
                    "cannot listen on " + place + " (" + Words.why(e) + ")",
                    "Set trainwatch.http.host to an address of this machine.");
        }
    }

    private boolean isTrainwatch(HttpSettings http) {
        String host = http.host().contains(":") ? "[" + http.host() + "]" : http.host();
        Map<String, String> headers = http.secrets().stream()
                .findFirst()
                .map(token -> Map.of("Authorization", "Bearer " + token))
                .orElse(Map.of());
        try {
            SingleRequests.Answer answer = requests.get(
                    Clients.itself(), URI.create("http://" + host + ":" + http.port() + "/api/health"), headers);
            return new String(answer.body(), StandardCharsets.UTF_8).contains("\"looks\"");
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes a file and removes it: what a file system allows does not show in its permissions alone. */
    private static Check writable(String subject, Path directory, String key) {
        Path existing = existing(directory);
        try {
            if (!Files.isDirectory(existing)) {
                throw new NotDirectoryException(existing.toString());
            }
            Files.delete(Files.createTempFile(existing, ".trainwatch-check-", ".tmp"));
            return Check.ok(
                    subject, "writable", directory + (Files.exists(directory) ? " can be written" : " can be made"));
        } catch (IOException e) {
            // Of a folder that may not be written this names the file that was tried, which says nothing to a reader.
            String why = e instanceof AccessDeniedException ? "" : ": " + Words.why(e);
            return Check.problem(
                    subject,
                    "writable",
                    directory + " cannot be written" + why,
                    "Let the user that runs Trainwatch write there, or set " + key + " to another folder.");
        }
    }

    /** The folder, or the nearest above it that is there. */
    private static Path existing(Path folder) {
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }
}
