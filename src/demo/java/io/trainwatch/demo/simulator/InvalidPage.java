package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/** Lists of tasks with HTTP 200 that must not be believed, or not followed; the tasks in them are true. */
public enum InvalidPage implements ApiFault {
    ITEMS_MISSING(page -> page.remove("items")),
    ITEMS_NULL(page -> page.putNull("items")),
    ITEMS_NOT_ARRAY(page -> page.putObject("items").put("length", 1)),
    ITEM_NULL(page -> page.withArray("items").insertNull(0)),
    ITEM_AS_TEXT(page -> page.withArray("items").insert(0, "0123456789abcdef01234567")),
    ITEM_TWICE(page -> {
        if (page.withArray("items").size() > 0) {
            page.withArray("items").add(page.withArray("items").get(0).deepCopy());
        }
    }),
    /** Each page says that there is another one, and that is the first page again. */
    NEXT_WITHOUT_END(page -> page.put("next", Page.FIRST).put("nextCursor", Page.FIRST)),
    NEXT_AS_OBJECT(page -> {
        page.putObject("next").put("href", "/tasks");
        page.putObject("nextCursor").put("href", "/tasks");
    }),
    /** No tasks at all, though the total says that there are some. */
    EMPTY_OF_MANY(page ->
            page.put("total", Math.max(1, page.path("total").asInt())).putArray("items"));

    private static final InvalidPage[] ALL = values();

    private final Consumer<ObjectNode> spoil;

    InvalidPage(Consumer<ObjectNode> spoil) {
        this.spoil = spoil;
    }

    @Override
    public boolean appliesTo(RequestKind kind) {
        return kind == RequestKind.TASK_LIST;
    }

    /** The variety whose turn it is; goes round for ever. */
    static InvalidPage inTurn(int turn) {
        return ALL[Math.floorMod(turn, ALL.length)];
    }

    Answer answer(ObjectNode right) {
        spoil.accept(right);
        return Answer.json(200, right);
    }
}
