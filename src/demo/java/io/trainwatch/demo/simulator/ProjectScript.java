package io.trainwatch.demo.simulator;

import java.util.List;

/**
 * A project of the {@code tasks} API with its flows and locales, each told by a name from which its id is derived.
 *
 * @param project the project's name or id
 * @param flows the names of its flows
 * @param locales the names of its locales, the primary one first; at least one
 */
public record ProjectScript(String project, List<String> flows, List<String> locales) {

    public ProjectScript {
        flows = List.copyOf(flows);
        locales = List.copyOf(locales);
        if (project.isBlank() || locales.isEmpty()) {
            throw new IllegalArgumentException("a simulated project needs a name and a locale");
        }
    }

    /** A project with one flow, {@code Main}, and the locales {@code English} and {@code German}. */
    public static ProjectScript of(String project) {
        return new ProjectScript(project, List.of("Main"), List.of("English", "German"));
    }

    public ProjectScript flows(String... names) {
        return new ProjectScript(project, List.of(names), locales);
    }

    public ProjectScript locales(String... names) {
        return new ProjectScript(project, flows, List.of(names));
    }

    /** The project's id in the API. */
    public String projectId() {
        return ObjectIds.of(project);
    }

    /** The id in the API of a flow of this project. */
    public String flowId(String flow) {
        return ObjectIds.of(flow).equals(flow) ? flow : ObjectIds.of(projectId() + "/flow/" + flow);
    }

    /** The id in the API of a locale of this project. */
    public String localeId(String locale) {
        return ObjectIds.of(locale).equals(locale) ? locale : ObjectIds.of(projectId() + "/locale/" + locale);
    }

    List<String> flowIds() {
        return flows.stream().map(this::flowId).toList();
    }

    List<String> localeIds() {
        return locales.stream().map(this::localeId).toList();
    }
}
