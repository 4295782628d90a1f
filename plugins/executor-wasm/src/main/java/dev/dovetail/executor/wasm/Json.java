package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A JSON value as its text: checked once, compact, and looked into only as far as somebody asks. */
final class Json {
    private static final Json NULL = new Json("null");

    private final String text;

    private Json(String compact) {
        this.text = compact;
    }

    /** @throws Malformed that says what is wrong and where */
    static Json of(byte[] utf8) throws Malformed {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("not JSON: it is not UTF-8");
        }
        return new Json(new JsonReader(text).value());
    }

    /** What is not JSON. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** The value that a compact text is known to be. */
    static Json known(String compact) {
        return new Json(compact);
    }

    /** The text as a JSON string. */
    static Json text(String value) {
        return new Json(quoted(value));
    }

    static Json texts(List<String> values) {
        return array(values.stream().map(Json::text).toList());
    }

    static Json array(List<Json> values) {
        return new Json(
                "[" + String.join(",", values.stream().map(Json::toString).toList()) + "]");
    }

    static Json object(Map<String, Json> fields) {
        List<String> parts = new ArrayList<>();
        fields.forEach((key, value) -> parts.add(quoted(key) + ":" + value.text));
        return new Json("{" + String.join(",", parts) + "}");
    }

    private static String quoted(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    Bytes bytes() {
        return Bytes.utf8(text);
    }

    boolean isNull() {
        return text.equals(NULL.text);
    }

    boolean isObject() {
        return text.startsWith("{");
    }

    boolean isText() {
        return text.startsWith("\"");
    }

    boolean isArray() {
        return text.startsWith("[");
    }

    /** The number, if it is one. */
    Optional<Double> number() {
        char first = text.charAt(0);
        return first == '-' || first >= '0' && first <= '9' ? Optional.of(Double.valueOf(text)) : Optional.empty();
    }

    /** The characters of a string. */
    String characters() {
        return JsonReader.unquoted(text);
    }

    /** The fields of an object, in their order. */
    Map<String, Json> fields() {
        Map<String, Json> fields = new LinkedHashMap<>();
        parts().forEach(part -> {
            int colon = JsonReader.endOfString(part, 0);
            fields.put(JsonReader.unquoted(part.substring(0, colon)), new Json(part.substring(colon + 1)));
        });
        return fields;
    }

    /** The elements of an array. */
    List<Json> elements() {
        return parts().stream().map(Json::new).toList();
    }

    private List<String> parts() {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 1;
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                i = JsonReader.endOfString(text, i) - 1;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        if (text.length() > 2) {
            parts.add(text.substring(from, text.length() - 1));
        }
        return parts;
    }

    @Override
    public String toString() {
        return text;
    }
}
