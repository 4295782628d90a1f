package dev.dovetail.kernel.schema;

import com.networknt.schema.Error;
import tools.jackson.databind.JsonNode;

/**
 * One place where a value does not fit its schema.
 *
 * @param path a JSON pointer into the value, empty for the value itself
 * @param message what was expected
 * @param value what was there, as JSON text, shortened
 * @param keyword the schema's keyword that says so
 * @param snippet the line of source that it is in; empty if it is in no source
 */
public record Problem(String path, String message, String value, String keyword, String snippet) {
    private static final int LONGEST = 120;

    public Problem(String path, String message, String value, String keyword) {
        this(path, message, value, keyword, "");
    }

    /** What is wrong in code, rather than in a value. */
    public static Problem inCode(String place, String message, String code, String snippet) {
        return new Problem(place, message, "", code, snippet);
    }

    static Problem of(Error error, JsonNode root) {
        String path = pointer(error);
        JsonNode there = path.isEmpty() ? root : root.at(path);
        return new Problem(path, error.getMessage(), shortened(there.toString()), error.getKeyword());
    }

    private static String pointer(Error error) {
        StringBuilder pointer = new StringBuilder();
        var location = error.getInstanceLocation();
        for (int i = 0; i < location.getNameCount(); i++) {
            String name = String.valueOf(location.getElement(i));
            pointer.append('/').append(name.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.toString();
    }

    /** The same of a value that is the part of another at this place. */
    public Problem under(String place) {
        return new Problem(place + path, message, value, keyword, snippet);
    }

    static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** In one sentence. */
    public String told() {
        return (path.isEmpty() ? "" : path + ": ") + message + (value.isEmpty() ? "" : ", but was " + value);
    }
}
