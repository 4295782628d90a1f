package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.http.HttpApi;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The description of the API tells of each query parameter; a route that looks for another one fails where assertions are on. */
@ExtendWith(OpenHouse.class)
record QueriesTest(House house) {
    @Test
    void whatIsDescribedBelongsToARouteAndIsInTheDescriptionOfTheApi() throws Exception {
        JsonNode described;
        try (InputStream file = HttpApi.class.getResourceAsStream("queries.json")) {
            described = House.SCHEMAS.parse(file.readAllBytes());
        }
        JsonNode paths = house.get("/openapi.json").is(200).json().get("paths");
        Set<String> used = new TreeSet<>();
        for (Map.Entry<String, JsonNode> route : described.get("routes").properties()) {
            String[] words = route.getKey().split(" ");
            JsonNode operation = paths.path(words[1]).path(words[0].toLowerCase(Locale.ROOT));
            assertTrue(operation.isObject(), () -> "There is no " + route.getKey());
            Set<String> shown = new TreeSet<>();
            for (JsonNode parameter : operation.get("parameters")) {
                if (parameter.get("in").stringValue().equals("query")) {
                    assertTrue(shown.add(parameter.get("name").stringValue()), () -> "twice in " + route.getKey());
                    House.SCHEMAS.compile(parameter.get("schema"));
                }
            }
            for (JsonNode key : route.getValue()) {
                JsonNode parameter = described.get("parameters").path(key.stringValue());
                assertTrue(
                        shown.contains(parameter.path("name").stringValue(key.stringValue())),
                        () -> route.getKey() + " has " + key + ", which is not described");
                used.add(key.stringValue());
            }
        }
        Set<String> all = new TreeSet<>();
        described.get("parameters").propertyNames().forEach(all::add);
        assertEquals(all, used, "described and of no route");
    }

    @Test
    void aListSaysByWhatItIsFiltered() {
        JsonNode list = house.get("/openapi.json").is(200).json().at("/paths/~1api~1v1~1executions/get/parameters");
        Set<String> names = new TreeSet<>();
        list.forEach(each -> names.add(each.get("name").stringValue()));
        assertTrue(
                names.containsAll(Set.of("status", "function", "initiator", "since", "limit", "cursor")), "" + names);
    }
}
