package io.trainwatch.optional.metrics;

import io.trainwatch.audit.AuditStatus;
import io.trainwatch.watch.Nodes;
import io.trainwatch.watch.Stage;
import io.trainwatch.webhook.EventList;
import io.trainwatch.webhook.TargetState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the store says at one moment, for all gauges of a scrape.
 *
 * @param jobs by tenant and stage
 * @param oldestDue how long the longest due look has been due
 * @param pausedUntil by tenant, while it is left alone
 * @param requestsLeft by tenant, of those with a limit
 * @param pending by target
 */
record Snapshot(
        Instant at,
        Map<String, Map<Stage, Long>> jobs,
        long inTrouble,
        long cancelsOverdue,
        Duration oldestDue,
        Map<String, Instant> pausedUntil,
        Map<String, Integer> requestsLeft,
        Map<String, EventList.Backlog> backlogs,
        List<TargetState> targets,
        AuditStatus audit,
        List<Nodes.Seen> nodes) {}
