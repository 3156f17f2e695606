package io.trainwatch.tenant;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * A page of a list of the {@code tasks} API. The items are read one by one: a task of a kind that is not known must not
 * make the others unreadable.
 *
 * @param next the cursor of the next page, spelled in two ways
 */
public record TaskPage(
        @NotNull List<@NotNull JsonNode> items,
        @JsonProperty("nextCursor") @JsonAlias("next") String next) {}
