package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.spi.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a plain call registered to be called if it fails, as its journal has it: each is called once, the last first. */
public final class Registered {
    /** What is called; its having it says that there is something to undo. */
    private static final String CALLABLE = "compensation";

    private Registered() {}

    /** Adds to a line what is to be called. */
    public static ObjectNode told(ObjectNode line, Compensation it, JsonNode input) {
        line.put(CALLABLE, it.callable());
        it.version().ifPresent(version -> line.put("wish", version));
        return line.set("input", input);
    }

    public static boolean any(Story story) {
        return count(story) > 0;
    }

    public static long count(Story story) {
        return story.lines().stream()
                .filter(line -> line.type().equals(Line.REGISTERED))
                .count();
    }

    /** All of them, in the order in which they are to be called. */
    public static List<Compensation> all(List<Line> lines, Function<JsonNode, Bytes> text) {
        return lines.reversed().stream()
                .filter(line -> line.type().equals(Line.REGISTERED))
                .map(line -> new Compensation(
                        line.text(CALLABLE),
                        Optional.of(line.text("wish")).filter(wish -> !wish.isEmpty()),
                        text.apply(line.at("input"))))
                .toList();
    }
}
