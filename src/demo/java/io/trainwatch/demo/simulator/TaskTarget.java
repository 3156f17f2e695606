package io.trainwatch.demo.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a request to the {@code tasks} API is for, as its method and path say.
 *
 * @param kind what the log counts it as
 * @param action which call it is
 * @param id of the project, flow, locale or task that the path names; {@code null} where it names none
 */
record TaskTarget(RequestKind kind, Action action, String id) {

    /** The calls that are served. */
    enum Action {
        TOKEN,
        LIST_TASKS,
        READ_TASK,
        CANCEL_TASK,
        TRAIN_FLOW,
        TRAIN_PROJECT,
        TRAIN_YES_NO_OF_LOCALE,
        TRAIN_YES_NO_OF_PROJECT,
        LIST_PROJECTS,
        READ_PROJECT,
        LIST_FLOWS,
        READ_FLOW,
        LIST_LOCALES,
        READ_LOCALE,
        NONE
    }

    private static final TaskTarget UNKNOWN = new TaskTarget(RequestKind.OTHER, Action.NONE, null);
    private static final String ANY = "*";
    private static final Set<String> ROOTS = Set.of("new", "v2.0", "auth");

    private static final List<Pattern> PATTERNS = List.of(
            new Pattern("GET", "tasks", RequestKind.TASK_LIST, Action.LIST_TASKS),
            new Pattern("GET", "tasks/*", RequestKind.TASK, Action.READ_TASK),
            new Pattern("POST", "tasks/*/cancel", RequestKind.TASK_CANCEL, Action.CANCEL_TASK),
            new Pattern("POST", "flows/*/intents/train", RequestKind.TRAIN, Action.TRAIN_FLOW),
            new Pattern("POST", "projects/*/trainallflows", RequestKind.TRAIN, Action.TRAIN_PROJECT),
            new Pattern("POST", "locales/*/yesnointents/train", RequestKind.TRAIN, Action.TRAIN_YES_NO_OF_LOCALE),
            new Pattern(
                    "POST", "projects/*/locales/yesnointents/train", RequestKind.TRAIN, Action.TRAIN_YES_NO_OF_PROJECT),
            new Pattern("GET", "projects", RequestKind.PROJECT, Action.LIST_PROJECTS),
            new Pattern("GET", "projects/*", RequestKind.PROJECT, Action.READ_PROJECT),
            new Pattern("GET", "flows", RequestKind.RESOURCE, Action.LIST_FLOWS),
            new Pattern("GET", "flows/*", RequestKind.RESOURCE, Action.READ_FLOW),
            new Pattern("GET", "locales", RequestKind.RESOURCE, Action.LIST_LOCALES),
            new Pattern("GET", "locales/*", RequestKind.RESOURCE, Action.READ_LOCALE));

    private record Pattern(String method, List<String> parts, RequestKind kind, Action action) {

        Pattern(String method, String path, RequestKind kind, Action action) {
            this(method, List.of(path.split("/")), kind, action);
        }

        TaskTarget match(String calledMethod, List<String> called) {
            if (!method.equals(calledMethod) || parts.size() != called.size()) {
                return null;
            }
            String id = null;
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).equals(ANY)) {
                    id = called.get(i);
                } else if (!parts.get(i).equals(called.get(i))) {
                    return null;
                }
            }
            return new TaskTarget(kind, action, id);
        }
    }

    /** Whether a path is one of this API rather than of {@code training}, however many slashes are between its parts. */
    static boolean isBelow(String path) {
        return !parts(path).isEmpty() && ROOTS.contains(parts(path).get(0));
    }

    static TaskTarget of(String method, String path) {
        List<String> parts = parts(path);
        if (method.equals("POST") && parts.equals(List.of("auth", "oauth2", "token"))) {
            return new TaskTarget(RequestKind.TOKEN, Action.TOKEN, null);
        }
        int prefix = parts.get(0).equals("new") ? 2 : 1;
        if (parts.size() <= prefix || !parts.get(prefix - 1).equals("v2.0")) {
            return UNKNOWN;
        }
        List<String> below = parts.subList(prefix, parts.size());
        for (Pattern pattern : PATTERNS) {
            TaskTarget target = pattern.match(method, below);
            if (target != null) {
                return target;
            }
        }
        return UNKNOWN;
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>(Arrays.asList(path.split("/")));
        parts.removeIf(String::isEmpty);
        return parts;
    }
}
