package dev.dovetail.executor.flow.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** What a file says, as JSON, and in which line each part of it begins. Immutable. */
public final class Document {
    private static final int LONGEST = 1 << 20;

    private final String file;
    private final List<String> lines;
    private final JsonNode json;
    private final Map<String, Mark> marks;

    private Document(String file, List<String> lines, JsonNode json, Map<String, Mark> marks) {
        this.file = file;
        this.lines = lines;
        this.json = json;
        this.marks = marks;
    }

    /** YAML 1.2, of which JSON is a part. What cannot be read is one problem, and an empty document. */
    public static Document read(String file, String text, List<Problem> problems) {
        List<String> lines = text.lines().toList();
        Map<String, Mark> marks = new HashMap<>();
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(LONGEST)
                .setSchema(new CoreSchema())
                .build();
        try {
            checkDepth(settings, text);
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                problems.add(Problem.error("SYNTAX_ERROR", "\"" + file + "\" is empty; expected a workflow"));
            } else {
                return new Document(file, lines, new Reading(marks).value(root.get()), marks);
            }
        } catch (MarkedYamlEngineException e) {
            problems.add(
                    syntax(file, lines, e.getProblem() == null ? e.getMessage() : e.getProblem(), e.getProblemMark()));
        } catch (YamlEngineException e) {
            problems.add(syntax(file, lines, e.getMessage(), Optional.empty()));
        } catch (Reading.Odd e) {
            problems.add(syntax(file, lines, e.getMessage(), e.mark()));
        }
        return new Document(file, lines, JsonNodeFactory.instance.objectNode(), marks);
    }

    /** What makes nodes of events goes as deep as the document does, and so does all that looks at the nodes. */
    private static void checkDepth(LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> depth++;
                case SequenceEnd, MappingEnd -> depth--;
                default -> {}
            }
            if (depth > Reading.DEEPEST) {
                throw Reading.Odd.tooDeep(event.getStartMark());
            }
        }
    }

    private static Problem syntax(String file, List<String> lines, String message, Optional<Mark> mark) {
        Optional<Place> place = mark.map(at ->
                new Place(file, Math.min(at.getLine() + 1, Math.max(1, lines.size())), at.getColumn() + 1));
        return new Problem(
                "SYNTAX_ERROR",
                Problem.Severity.ERROR,
                "\"" + file + "\" is neither YAML nor JSON: " + message,
                place,
                place.filter(at -> at.line() <= lines.size()).map(at -> lines.get(at.line() - 1)),
                Optional.empty());
    }

    public JsonNode json() {
        return json;
    }

    /** Where the part with this JSON pointer begins, or the part around it that is there. */
    public Place place(String pointer) {
        String at = pointer;
        while (!marks.containsKey(at) && !at.isEmpty()) {
            at = at.substring(0, at.lastIndexOf('/'));
        }
        Mark mark = marks.get(at);
        return mark == null ? new Place(file, 1, 1) : new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** The text of the line, or none. */
    public Optional<String> line(Place place) {
        return place.line() >= 1 && place.line() <= lines.size()
                ? Optional.of(lines.get(place.line() - 1))
                : Optional.empty();
    }
}
