package io.trainwatch.optional.metrics;

import java.util.Map;

/** The path of a request without the ids in it, so that a label has few values. */
final class UriTemplate {

    private static final Map<String, String> IDS = Map.of(
            "projects", "{project}",
            "train", "{job}",
            "tasks", "{task}",
            "flows", "{flow}",
            "locales", "{locale}");
    private static final int MAX_PARTS = 12;

    private UriTemplate() {}

    /** Of a path of a tenant; of others nothing is known, so that theirs is left out. */
    static String of(String client, String path) {
        if (path == null || !client.startsWith("tenant.")) {
            return "none";
        }
        int query = path.indexOf('?');
        String[] parts = (query < 0 ? path : path.substring(0, query)).split("/");
        StringBuilder template = new StringBuilder();
        for (int i = 1; i < parts.length && i < MAX_PARTS; i++) {
            template.append('/').append(IDS.getOrDefault(parts[i - 1], parts[i]));
        }
        return template.isEmpty() ? "/" : template.toString();
    }
}
