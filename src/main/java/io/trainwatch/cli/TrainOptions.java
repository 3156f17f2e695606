package io.trainwatch.cli;

import io.trainwatch.TrainwatchBeans;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.optional.training.TrainingOrders;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.tenant.TrainingCalls;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which trainings a command starts. */
final class TrainOptions {

    /** As the API spells it. */
    enum Mode {
        full,
        quick
    }

    @Option(
            names = "--train",
            paramLabel = "[[TENANT:]PROJECT/]FLOW",
            description = "Starts a training of this flow and watches it; may be given several times. Run again after"
                    + " a crash, it goes on with the training that it started.")
    private List<String> flows = new ArrayList<>();

    @Option(
            names = "--train-project",
            paramLabel = "[TENANT:]PROJECT",
            description = "The same for all flows of a project, which the tenant trains one after another.")
    private List<String> projects = new ArrayList<>();

    @Option(
            names = "--project",
            paramLabel = "ID",
            description = "The project of flows that are named without one; looked up at the tenant unless given.")
    private String project;

    @Option(
            names = "--mode",
            description = "Of a flow's training: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.",
            defaultValue = "full")
    private Mode mode;

    @Option(
            names = "--locale",
            paramLabel = "ID",
            description = "The locale to train flows in; the tenant's choice by default.")
    private String locale;

    @Option(
            names = "--anew",
            description = "Starts a training even where an earlier command started the same within the last hour and"
                    + " did not see its end.")
    private boolean anew;

    /** The trainings that are asked for; empty where none is. */
    List<TrainingRequest> requests(Settings settings) {
        List<TrainingRequest> requests = new ArrayList<>();
        for (String flow : flows) {
            Name name = Name.of(flow, settings, "--train");
            int slash = name.rest().indexOf('/');
            String own = slash < 0 ? project : name.rest().substring(0, slash);
            requests.add(request(name.tenant(), own, name.rest().substring(slash + 1)));
        }
        for (String whole : projects) {
            if (locale != null || mode != Mode.full) {
                throw new UsageException("--locale and --mode are for --train: a project is trained as a whole.");
            }
            Name name = Name.of(whole, settings, "--train-project");
            requests.add(request(name.tenant(), name.rest(), null));
        }
        if (requests.isEmpty() && (project != null || locale != null || mode != Mode.full || anew)) {
            throw new UsageException("--project, --mode, --locale and --anew are for --train: name a flow to train.");
        }
        return requests;
    }

    private TrainingRequest request(String tenant, String projectId, String flow) {
        try {
            return new TrainingRequest(tenant, projectId, flow, locale, mode.name());
        } catch (IllegalArgumentException e) {
            throw new UsageException("--train: " + e.getMessage() + ".");
        }
    }

    /** Orders them, and says where an earlier order is taken up. */
    List<Long> order(TrainwatchBeans beans, List<TrainingRequest> requests, PrintWriter err) {
        List<Long> orders = new ArrayList<>();
        for (TrainingRequest request : requests) {
            TrainingOrders.Taken taken = beans.trainings().order(request, anew);
            if (taken.takenUp()) {
                err.println(request.label() + ": an earlier command ordered this training and did not tell its end;"
                        + " this one goes on with it. --anew starts another.");
                err.flush();
            }
            orders.add(taken.id());
        }
        return orders;
    }

    /** A tenant that can start trainings, and what follows its alias. */
    private record Name(String tenant, String rest) {

        static Name of(String text, Settings settings, String option) {
            int colon = text.indexOf(':');
            if (colon < 0 && settings.get(TenantSettings.TENANTS).size() != 1) {
                throw new UsageException(option + " " + text
                        + " names no tenant, and there is more than one: write TENANT:" + text + "; configured: "
                        + String.join(", ", settings.get(TenantSettings.TENANTS).keySet()) + ".");
            }
            String alias = colon < 0
                    ? settings.get(TenantSettings.TENANTS).keySet().iterator().next()
                    : text.substring(0, colon);
            TenantSettings tenant = settings.get(TenantSettings.TENANTS).get(alias);
            if (tenant == null) {
                throw new UsageException(option + " " + text + " names the tenant '" + alias
                        + "', which is not configured; configured: "
                        + String.join(", ", settings.get(TenantSettings.TENANTS).keySet()) + ".");
            }
            if (!TrainingCalls.areOfferedBy(tenant)) {
                throw new UsageException("Tenant '" + alias + "' speaks an API that cannot start trainings. Set"
                        + " trainwatch.tenant." + alias
                        + ".api=tasks if it is a Cognigy.AI tenant; else start the training"
                        + " there, and watch its job.");
            }
            return new Name(alias, text.substring(colon + 1));
        }
    }
}
