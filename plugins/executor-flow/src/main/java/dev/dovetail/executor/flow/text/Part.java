package dev.dovetail.executor.flow.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A part of a document, which reports what is wrong with it and goes on: all problems are told at once.
 *
 * @param pointer its JSON pointer
 */
public record Part(Document document, List<Problem> problems, String pointer, JsonNode json) {
    private static final int LONGEST_QUOTE = 80;

    public static Part of(Document document, List<Problem> problems) {
        return new Part(document, problems, "", document.json());
    }

    static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    /** The part under this key, whether there is one or not. */
    public Part at(String key) {
        JsonNode value = json.path(key);
        return new Part(document, problems, pointer + "/" + escaped(key), value);
    }

    public Optional<Part> find(String key) {
        Part part = at(key);
        return part.json.isMissingNode() ? Optional.empty() : Optional.of(part);
    }

    /** The part under a key that has to be there. */
    public Part need(String key, String expected) {
        Part part = at(key);
        if (part.json.isMissingNode() && json.isObject()) {
            wrong("has no \"" + key + "\"; expected " + expected);
        }
        return part;
    }

    public boolean there() {
        return !json.isMissingNode();
    }

    /** The parts of an array, if it is one. */
    public List<Part> each(String expected) {
        List<Part> parts = new ArrayList<>();
        if (json.isArray()) {
            for (JsonNode value : json) {
                parts.add(new Part(document, problems, pointer + "/" + parts.size(), value));
            }
        } else if (there()) {
            unlike(expected);
        }
        return parts;
    }

    /** The keys, if it is an object. */
    public List<String> keys(String expected) {
        if (json.isObject()) {
            return List.copyOf(json.properties().stream().map(Map.Entry::getKey).toList());
        }
        if (there()) {
            unlike(expected);
        }
        return List.of();
    }

    /** Reports every key that is not one of these. */
    public Part only(String expected, Set<String> known) {
        for (String key : keys(expected)) {
            if (!known.contains(key)) {
                at(key).wrong("is not known here; known are " + String.join(", ", new TreeSet<>(known)));
            }
        }
        return this;
    }

    public String text(String expected) {
        if (json.isTextual()) {
            return json.textValue();
        }
        if (there()) {
            unlike(expected);
        }
        return "";
    }

    public boolean flag(boolean standard) {
        if (there() && !json.isBoolean()) {
            unlike("true or false");
        }
        return json.asBoolean(standard);
    }

    /** A whole number, at least this. */
    public int whole(int least) {
        if (json.isInt() && json.intValue() >= least) {
            return json.intValue();
        }
        if (there()) {
            unlike("a whole number, at least " + least);
        }
        return least;
    }

    /** Says that it is of another type, or has another value, than expected. */
    public void unlike(String expected) {
        wrong("is " + quoted() + "; expected " + expected);
    }

    public void wrong(String message) {
        report("INVALID", Problem.Severity.ERROR, message);
    }

    /** Says that the DSL has this, and we have not. */
    public void unsupported(String instead) {
        report("UNSUPPORTED", Problem.Severity.ERROR, "is not supported; " + instead);
    }

    public void warn(String message) {
        report("DOUBTFUL", Problem.Severity.WARNING, message);
    }

    public void report(String code, Problem.Severity severity, String message) {
        Place place = place();
        problems.add(new Problem(
                code,
                severity,
                (pointer.isEmpty() ? "The workflow" : pointer) + " " + message,
                Optional.of(place),
                document.line(place),
                Optional.empty()));
    }

    public Place place() {
        return document.place(pointer);
    }

    /** What is there, shortened. */
    public String quoted() {
        String text = json instanceof MissingNode ? "missing" : json.toString();
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }
}
