package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.executor.flow.text.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what is told, and what is waited for. */
final class EventReader {
    private static final String TYPE = "the type of an event: 1 to 200 printable characters without spaces and /";
    private static final Set<String> OTHERS =
            Set.of("id", "time", "subject", "datacontenttype", "dataschema", "specversion");

    private EventReader() {}

    private static Value type(Part part, Kit kit) {
        String text = part.text(TYPE);
        Value value = kit.value(part);
        if (value instanceof Value.Fixed
                && part.json().isTextual()
                && (text.isEmpty()
                        || text.length() > 200
                        || !text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/'))) {
            part.unlike(TYPE);
        }
        return value;
    }

    static Work emit(Part own, Kit kit) {
        Part with = own.only("an object with event", Set.of("event"))
                .need("event", "an object with with")
                .only("an object with with", Set.of("with"))
                .need("with", "an object with type, source and data");
        for (String key : with.keys("an object with type, source and data")) {
            if (OTHERS.contains(key)) {
                with.at(key).unsupported("an event has a type and data; its id and time are given by the system");
            } else if (!Set.of("type", "source", "data").contains(key)) {
                with.at(key).wrong("is not known here; known are data, source, type");
            }
        }
        type(with.need("type", TYPE), kit);
        with.at("source").text("a URI that says where the event comes from");
        return new Work.Emit(kit.value(with));
    }

    static Work listen(Part part, Kit kit) {
        part.find("foreach").ifPresent(found -> found.unsupported("go through the events with a for task after it"));
        Part own = part.at("listen").only("an object with to", Set.of("to", "read"));
        Part read = own.at("read");
        if (read.there()
                && !read.json().asText().equals("data")
                && !read.json().asText().equals("raw")) {
            read.unlike("data or raw: what an event has beside its data is not kept");
        }
        Part to = own.need("to", "one, any or all").only("one, any or all", Set.of("one", "any", "all", "until"));
        to.find("until").ifPresent(found -> found.unsupported("listen in a for task with a while"));
        List<String> kinds = to.keys("one, any or all").stream()
                .filter(key -> !key.equals("until"))
                .toList();
        if (to.json().isObject() && kinds.size() != 1) {
            to.wrong("has " + (kinds.isEmpty() ? "none" : String.join(", ", kinds))
                    + "; expected one of one, any and all");
            return new Work.Listen(false, List.of());
        }
        List<Work.Filter> filters = new ArrayList<>();
        if (kinds.contains("one")) {
            filters.add(filter(to.at("one"), kit));
        } else if (!kinds.isEmpty()) {
            Part list = to.at(kinds.getFirst());
            list.each("a list of events").forEach(each -> filters.add(filter(each, kit)));
            if (list.json().isArray() && list.json().isEmpty()) {
                list.unsupported("name the types of the events that are waited for");
            }
        }
        return new Work.Listen(kinds.contains("all"), filters);
    }

    private static Work.Filter filter(Part part, Kit kit) {
        part.only("an object with with", Set.of("with", "correlate"));
        part.find("correlate")
                .ifPresent(found -> found.unsupported("compare in with.data, such as ${ .id == $context.id }"));
        Part with = part.need("with", "an object with the type of an event");
        for (String key : with.keys("an object with the type of an event")) {
            if (!key.equals("type") && !key.equals("data")) {
                with.at(key).unsupported("events are told apart by type and data");
            }
        }
        Value type = type(with.need("type", TYPE), kit);
        Optional<Part> data = with.find("data");
        data.map(Part::json)
                .filter(json -> !json.isTextual())
                .ifPresent((JsonNode _) -> data.get().unsupported("expected an expression that is true or false"));
        return new Work.Filter(
                type, data.filter(each -> each.json().isTextual()).flatMap(kit::expression));
    }
}
