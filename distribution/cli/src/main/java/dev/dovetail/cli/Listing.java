package dev.dovetail.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows lists and single things that the server answers with. */
record Listing(Screen screen, boolean json) {
    /** A column's head, and what to show in it of each item. */
    record Column(String head, Function<JsonNode, String> cell) {
        static Column of(String head, String member) {
            return new Column(head, item -> text(item, member));
        }
    }

    /** @param more whether the server has more than was asked for */
    record Items(List<JsonNode> all, boolean more) {}

    /** All items of a list, page after page, up to this many. */
    static Items items(Api api, String path, Map<String, String> query, int most) {
        return items(api, path, query, most, page -> {});
    }

    /** @param each is shown every page, for what it has beside its items */
    static Items items(Api api, String path, Map<String, String> query, int most, Consumer<JsonNode> each) {
        List<JsonNode> items = new ArrayList<>();
        Map<String, String> asked = new LinkedHashMap<>(query);
        asked.put("limit", Integer.toString(Math.min(100, most)));
        String cursor = "";
        do {
            if (!cursor.isEmpty()) {
                asked.put("cursor", cursor);
            }
            JsonNode page = api.get(path + Invoke.joined(asked));
            each.accept(page);
            page.path("items").forEach(items::add);
            cursor = text(page, "nextCursor");
        } while (!cursor.isEmpty() && items.size() < most);
        return new Items(items.subList(0, Math.min(items.size(), most)), items.size() > most || !cursor.isEmpty());
    }

    /** The same, and whether there is more than is shown. */
    void show(Items items, String none, List<Column> columns) {
        show(items.all(), none, columns);
        if (items.more() && !json) {
            screen.aside("These are the first " + items.all().size() + "; --limit N shows more");
        }
    }

    void show(List<JsonNode> items, String none, List<Column> columns) {
        if (json) {
            screen.json(asJson(items));
        } else if (items.isEmpty()) {
            screen.aside(none);
        } else {
            screen.table(
                    columns.stream().map(Column::head).toList(),
                    items.stream()
                            .map(item -> columns.stream()
                                    .map(column -> column.cell().apply(item))
                                    .toList())
                            .toList());
        }
    }

    static ObjectNode asJson(List<JsonNode> items) {
        ObjectNode all = Screen.JSON.createObjectNode();
        all.putArray("items").addAll(items);
        return all;
    }

    /** One thing: its members in lines on a terminal, JSON elsewhere. */
    void show(JsonNode thing) {
        if (json || !screen.terminal()) {
            screen.json(thing);
            return;
        }
        int widest =
                thing.propertyNames().stream().mapToInt(String::length).max().orElse(0);
        thing.properties().forEach(each -> {
            String value = each.getValue().isValueNode() ? text(thing, each.getKey()) : Pretty.text(each.getValue());
            String name = screen.ink(Screen.Ink.CYAN, each.getKey())
                    + " ".repeat(widest - each.getKey().length());
            screen.line(name + "  " + value.replace("\n", "\n" + " ".repeat(widest + 2)));
        });
    }

    /** A member as text for people: statuses by their short word, times without their fraction. */
    static String text(JsonNode item, String member) {
        JsonNode value = item.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        String text = value.isValueNode() ? value.asString() : value.toString();
        return member.equals("status") ? word(text) : Screen.plain(text);
    }

    /** The short word of a status that is given by its GTS id. */
    static String word(String status) {
        String marker = "~x.core._.";
        int from = status.lastIndexOf(marker);
        if (!status.startsWith("gts.") || from < 0 || !status.endsWith(".v1~")) {
            return Screen.plain(status);
        }
        return Screen.plain(status.substring(from + marker.length(), status.length() - ".v1~".length()));
    }
}
