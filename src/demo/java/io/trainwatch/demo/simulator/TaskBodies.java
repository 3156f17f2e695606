package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Writes answers of the {@code tasks} API: plain JSON for callers who accept {@code application/json}, HAL for all
 * others.
 */
final class TaskBodies {

    private TaskBodies() {}

    /** One resource. */
    static Answer one(int status, ObjectNode body, Call call) {
        if (wantsJson(call)) {
            return json(status, body);
        }
        link(body, "self", call.path());
        return hal(status, body);
    }

    /** A page of resources; {@code name} is what they are called in the plural. */
    static Answer page(String name, Page<ObjectNode> page, Call call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        boolean json = wantsJson(call);
        ArrayNode items =
                json ? body.putArray("items") : body.putObject("_embedded").putArray(name);
        for (ObjectNode item : page.items()) {
            if (!json) {
                link(item, "self", call.path() + "/" + item.get("_id").asText());
            }
            items.add(item);
        }
        body.put("total", page.total());
        body.put("nextCursor", page.next());
        body.put("previousCursor", page.previous());
        if (json) {
            return json(200, body);
        }
        link(body, "self", call.path());
        if (page.next() != null) {
            link(body, "next", call.path() + "?next=" + page.next());
        }
        return hal(200, body);
    }

    static boolean wantsJson(Call call) {
        String accept = call.headers().get(HttpHeader.ACCEPT);
        return accept != null && accept.contains("application/json");
    }

    private static void link(ObjectNode body, String relation, String address) {
        body.withObject("/_links").putObject(relation).put("href", address);
    }

    private static Answer json(int status, ObjectNode body) {
        return Answer.json(status, body.toString());
    }

    private static Answer hal(int status, ObjectNode body) {
        return Answer.of(status, "application/hal+json", body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
