package io.trainwatch.audit.explain;

import io.trainwatch.audit.AuditVerification;
import java.util.List;
import java.util.Map;

/** Is told the story of a job, step by step, and tells it on. */
public interface Narrator {

    /** @param chain whether what follows can be relied on */
    void begin(String job, AuditVerification.Result chain);

    void step(Step step);

    /** @param summary short sentences, each under a name */
    void end(Map<String, List<String>> summary, long steps, AuditVerification.Result chain);
}
