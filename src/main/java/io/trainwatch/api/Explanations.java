package io.trainwatch.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.audit.KnownLines;
import io.trainwatch.audit.explain.AsJson;
import io.trainwatch.audit.explain.Explanation;
import io.trainwatch.audit.explain.Explanation.JobName;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Explains jobs as {@code explain --json} does, from the audit files of this node. One at a time. Thread-safe. */
public final class Explanations {

    private static final int MAX_WAIT_SECONDS = 5;

    private final AuditOptions audit;
    private final Store store;
    private final Semaphore turn = new Semaphore(1);
    private final ObjectMapper mapper = new ObjectMapper();

    public Explanations(AuditOptions audit, Store store) {
        this.audit = audit;
        this.store = store;
    }

    JsonNode of(JobKey job) {
        if (!Files.isDirectory(audit.directory())) {
            throw nothing(job);
        }
        boolean isMine = false;
        try {
            isMine = turn.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
            if (!isMine) {
                throw new Refused(503, "Another explanation takes long: ask again in some seconds.");
            }
            AuditVerification.Request request = AuditVerification.Request.of(List.of(audit.directory()))
                    .with(audit.keys())
                    .with(Optional.of(() -> KnownLines.of(store)));
            StringWriter text = new StringWriter();
            Explanation.Result result = Explanation.of(
                    request, new JobName(job.tenant(), job.project(), job.job()), new AsJson(new PrintWriter(text)));
            if (result.jobs().isEmpty()) {
                throw nothing(job);
            }
            return mapper.readTree(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(503, "Trainwatch is being stopped.");
        } finally {
            if (isMine) {
                turn.release();
            }
        }
    }

    private static Refused nothing(JobKey job) {
        return new Refused(404, "The audit of this node has nothing about " + job + " yet.");
    }
}
