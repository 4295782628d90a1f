package dev.dovetail.worker.json;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.Json.Nothing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An object of a header, whose fields are asked for by name and type. A field that is null is one that is not there. */
public final class Fields {
    public static final Fields NONE = new Fields(Map.of());

    private final Map<String, Object> values;

    private Fields(Map<String, Object> values) {
        this.values = values;
    }

    /** @throws NotJson if the text is no JSON object */
    public static Fields read(byte[] json) throws NotJson {
        return json.length == 0 ? NONE : of(Json.read(json), "the header");
    }

    private static Fields of(Object value, String what) throws NotJson {
        if (!(value instanceof Map<?, ?> map)) {
            throw new NotJson(what + " is not an object");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach((key, each) -> {
            if (each != Nothing.NULL) {
                values.put((String) key, each);
            }
        });
        return new Fields(values);
    }

    private static NotJson wrong(String key, String expected) {
        return new NotJson("\"" + key + "\" is not " + expected);
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public Optional<String> findText(String key) throws NotJson {
        Object value = values.get(key);
        if (value != null && !(value instanceof String)) {
            throw wrong(key, "text");
        }
        return Optional.ofNullable((String) value);
    }

    public String text(String key) throws NotJson {
        return findText(key).orElseThrow(() -> wrong(key, "there"));
    }

    public String text(String key, String absent) throws NotJson {
        return findText(key).orElse(absent);
    }

    public long number(String key) throws NotJson {
        return findNumber(key).orElseThrow(() -> wrong(key, "there"));
    }

    public long number(String key, long absent) throws NotJson {
        return findNumber(key).orElse(absent);
    }

    /** A number that need not be whole; a broken part is cut off. */
    public Optional<Long> findNumber(String key) throws NotJson {
        return findFraction(key).map(Number::longValue);
    }

    public double fraction(String key) throws NotJson {
        return findFraction(key).orElseThrow(() -> wrong(key, "there")).doubleValue();
    }

    private Optional<Number> findFraction(String key) throws NotJson {
        Object value = values.get(key);
        if (value != null && !(value instanceof Number)) {
            throw wrong(key, "a number");
        }
        return Optional.ofNullable((Number) value);
    }

    public boolean flag(String key) throws NotJson {
        Object value = values.getOrDefault(key, false);
        if (!(value instanceof Boolean flag)) {
            throw wrong(key, "true or false");
        }
        return flag;
    }

    public Fields at(String key) throws NotJson {
        Object value = values.get(key);
        return value == null ? NONE : of(value, "\"" + key + "\"");
    }

    public List<Fields> each(String key) throws NotJson {
        List<Fields> each = new ArrayList<>();
        for (Object one : list(key)) {
            each.add(of(one, "an element of \"" + key + "\""));
        }
        return each;
    }

    private List<?> list(String key) throws NotJson {
        Object value = values.getOrDefault(key, List.of());
        if (!(value instanceof List<?> list)) {
            throw wrong(key, "an array");
        }
        return list;
    }

    public List<String> texts(String key) throws NotJson {
        List<String> texts = new ArrayList<>();
        for (Object each : list(key)) {
            if (!(each instanceof String text)) {
                throw wrong(key, "an array of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** Whole numbers; a broken part is cut off. */
    public List<Long> numbers(String key) throws NotJson {
        List<Long> numbers = new ArrayList<>();
        for (Object each : list(key)) {
            if (!(each instanceof Number number)) {
                throw wrong(key, "an array of numbers");
            }
            numbers.add(number.longValue());
        }
        return numbers;
    }

    public List<String> keys() {
        return List.copyOf(values.keySet());
    }

    /** The value of a field, as JSON again. */
    public Optional<Bytes> json(String key) {
        return Optional.ofNullable(values.get(key)).map(value -> {
            JsonText out = new JsonText();
            write(out, value);
            return out.bytes();
        });
    }

    private static void write(JsonText out, Object value) {
        switch (value) {
            case String text -> out.value(text);
            case Long number -> out.value(number);
            case Double number -> out.raw(Bytes.utf8(number.isInfinite() ? "null" : number.toString()));
            case Boolean flag -> out.value(flag);
            case List<?> list -> {
                out.array();
                list.forEach(each -> write(out, each));
                out.endArray();
            }
            case Map<?, ?> map -> {
                out.object();
                map.forEach((key, each) -> {
                    out.key((String) key);
                    write(out, each);
                });
                out.end();
            }
            default -> out.raw(Bytes.utf8("null"));
        }
    }
}
