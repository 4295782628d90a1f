package dev.dovetail.function.worker;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Map;
import java.util.Optional;

/** Writes values as compact JSON in UTF-8. For one value, and one thread. */
final class JsonWriter {
    private static final int DEEPEST = 1000;
    private static final int LONGEST_PATH = 200;
    private static final long MILLISECOND = 1_000_000;
    private static final DateTimeFormatter MILLISECONDS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final StringBuilder out = new StringBuilder();
    private int depth;

    static byte[] bytes(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value, "");
        for (int i = 0; i < writer.out.length(); i++) {
            char each = writer.out.charAt(i);
            boolean high = Character.isHighSurrogate(each);
            boolean paired = high && i + 1 < writer.out.length() && Character.isLowSurrogate(writer.out.charAt(i + 1));
            if (paired) {
                i++;
            } else if (Character.isSurrogate(each)) {
                throw new IllegalArgumentException("the answer is no JSON: a text in it has half of a surrogate pair");
            }
        }
        return writer.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException wrong(String path, String what) {
        String whole = path.isEmpty() ? "it" : path.replaceFirst("^\\.", "");
        // of a value that contains itself the path is as long as may be
        String at = whole.length() > LONGEST_PATH ? whole.substring(0, LONGEST_PATH) + "..." : whole;
        return new IllegalArgumentException("the answer is no JSON: " + at + " " + what);
    }

    private void value(Object value, String path) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof CharSequence || value instanceof Character) {
            text(value.toString());
        } else if (value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Number) {
            number((Number) value, path);
        } else if (value instanceof Optional) {
            value(((Optional<?>) value).orElse(null), path);
        } else if (value instanceof Enum) {
            text(((Enum<?>) value).name());
        } else if (value instanceof Instant) {
            Instant instant = (Instant) value;
            text(instant.getNano() % MILLISECOND == 0 ? MILLISECONDS.format(instant) : instant.toString());
        } else if (isText(value)) {
            text(value.toString());
        } else {
            nested(value, path);
        }
    }

    private static boolean isText(Object value) {
        String type = value.getClass().getName();
        return type.startsWith("java.time.") || type.equals("java.util.UUID") || type.startsWith("java.net.UR");
    }

    private void nested(Object value, String path) {
        if (++depth > DEEPEST) {
            throw wrong(path, "has more than " + DEEPEST + " levels, or contains itself");
        }
        if (value instanceof Map) {
            map((Map<?, ?>) value, path);
        } else if (value instanceof Iterable) {
            out.append('[');
            int index = 0;
            for (Object each : (Iterable<?>) value) {
                element(each, path, index++);
            }
            out.append(']');
        } else if (value.getClass().isArray()) {
            out.append('[');
            for (int i = 0; i < Array.getLength(value); i++) {
                element(Array.get(value, i), path, i);
            }
            out.append(']');
        } else {
            Map<String, Object> properties = Beans.read(value);
            if (properties.isEmpty() && !Beans.plain(value.getClass())) {
                throw wrong(path, "is a " + value.getClass().getName() + ", which has no properties");
            }
            map(properties, path);
        }
        depth--;
    }

    private void element(Object value, String path, int index) {
        if (index > 0) {
            out.append(',');
        }
        value(value, path + "[" + index + "]");
    }

    private void map(Map<?, ?> map, String path) {
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> each : map.entrySet()) {
            if (!first) {
                out.append(',');
            }
            first = false;
            String key = String.valueOf(each.getKey());
            text(key);
            out.append(':');
            value(each.getValue(), path + "." + key);
        }
        out.append('}');
    }

    private void number(Number number, String path) {
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                throw wrong(path, "is " + number);
            }
            out.append(number);
        } else if (number instanceof BigDecimal
                || number instanceof BigInteger
                || number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte) {
            out.append(number);
        } else {
            out.append(number.longValue()); // counters of java.util.concurrent
        }
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                out.append('\\').append(each);
            } else if (each >= ' ') {
                out.append(each);
            } else {
                control(each);
            }
        }
        out.append('"');
    }

    private void control(char each) {
        int index = "\n\t\r\b\f".indexOf(each);
        if (index >= 0) {
            out.append('\\').append("ntrbf".charAt(index));
        } else {
            out.append("\\u00").append(Character.forDigit(each >> 4, 16)).append(Character.forDigit(each & 15, 16));
        }
    }
}
