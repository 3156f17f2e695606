package io.trainwatch.audit;

import io.trainwatch.store.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What a store knew of the audit at some time, as in a backup. */
record StoredAudit(Map<String, List<Map<String, Object>>> tables) {

    private static final List<String> TABLES = List.of("chain", "audit_file", "audit_gap", "journal");

    static StoredAudit of(Store store) {
        Map<String, List<Map<String, Object>>> tables = new LinkedHashMap<>();
        TABLES.forEach(table -> tables.put(
                table,
                store.read(handle ->
                        handle.createQuery("select * from " + table).mapToMap().list())));
        return new StoredAudit(tables);
    }

    void restore(Store store) {
        ChainStore.in(
                store,
                handle -> tables.forEach((table, rows) -> {
                    handle.execute("delete from " + table);
                    rows.forEach(row -> insert(handle, table, row));
                }));
    }

    private static void insert(Handle handle, String table, Map<String, Object> row) {
        handle.execute(
                "insert into " + table + " (" + String.join(", ", row.keySet()) + ") values ("
                        + String.join(
                                ", ", row.keySet().stream().map(column -> "?").toList()) + ")",
                row.values().toArray());
    }
}
