package io.trainwatch.store;

import java.util.Arrays;
import java.util.Comparator;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;

/** The database was written by a newer version of Trainwatch, whose rows this one may misread. */
final class NewerSchema extends IllegalStateException {

    private NewerSchema(String version) {
        super("it is of a newer version of Trainwatch, with schema " + version);
    }

    /** @throws NewerSchema where the database has a migration that this version does not know */
    static void refuse(MigrationInfoService migrations) {
        Arrays.stream(migrations.all())
                .filter(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS
                        || migration.getState() == MigrationState.FUTURE_FAILED)
                .map(MigrationInfo::getVersion)
                .max(Comparator.naturalOrder())
                .ifPresent(version -> {
                    throw new NewerSchema(version.toString());
                });
    }
}
