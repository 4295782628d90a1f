package dev.dovetail.executor.starlark.json;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Octets;
import dev.dovetail.executor.starlark.value.Range;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.StarSet;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;
import java.math.BigInteger;
import java.util.Arrays;

/** Writes values straight into JSON in UTF-8. What has no place in JSON is an error that names its path. */
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Run run;
    private final boolean sorted;
    private byte[] out = new byte[256];
    private int size;
    /** Keys and indexes from the root to what is written now. */
    private final Object[] path = new Object[Values.DEEPEST + 1];

    private JsonWriter(Run run, boolean sorted) {
        this.run = run;
        this.sorted = sorted;
    }

    /** Keys in the order of their dict or struct. */
    public static byte[] write(Run run, Object value) {
        return new JsonWriter(run, false).whole(value);
    }

    /** Keys in the order of the alphabet, as {@code json.encode} does. */
    public static byte[] sorted(Run run, Object value) {
        return new JsonWriter(run, true).whole(value);
    }

    private byte[] whole(Object value) {
        write(value, 0);
        run.work(size);
        return Arrays.copyOf(out, size);
    }

    private void room(int more) {
        if (size + more > out.length) {
            int grown = Math.max(size + more, (int) Math.min(Integer.MAX_VALUE - 16, out.length * 2L));
            run.allocate(grown);
            run.work(size);
            out = Arrays.copyOf(out, grown);
        }
    }

    private void put(char c) {
        room(1);
        out[size++] = (byte) c;
    }

    private void ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            out[size++] = (byte) text.charAt(i);
        }
    }

    private void write(Object value, int depth) {
        switch (value) {
            case String text -> string(text);
            case Long number -> ascii(Long.toString(number));
            case Boolean flag -> ascii(flag ? "true" : "false");
            case None _ -> ascii("null");
            case Double number -> real(number, depth);
            case BigInteger number -> ascii(Text.decimal(run, number));
            case StarList list -> items(list.toArray(), depth);
            case Tuple tuple -> items(tuple.items(), depth);
            case StarSet set -> items(set.keys(), depth);
            case Range range -> range(range);
            case Dict dict -> object(dict, depth);
            case Struct struct -> object(struct.fields(), depth);
            case Octets _ ->
                throw cannot("bytes", depth, "make it a string with str(), or a list with list(x.elems())");
            default -> throw cannot(Values.type(value), depth, "return what it stands for");
        }
    }

    private Failure cannot(String what, int depth, String remedy) {
        return Failure.type("cannot write " + what + " at " + path(depth) + " as JSON; " + remedy);
    }

    private String path(int depth) {
        StringBuilder steps = new StringBuilder("$");
        for (int i = 0; i < depth; i++) {
            if (path[i] instanceof String key) {
                steps.append('.').append(key.length() <= 40 ? key : key.substring(0, 40) + "...");
            } else {
                steps.append('[').append(path[i]).append(']');
            }
        }
        return steps.length() <= 300 ? steps.toString() : steps.substring(0, 300) + "...";
    }

    private void real(double number, int depth) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw cannot("the float " + Text.number(number), depth, "JSON has finite numbers only");
        }
        ascii(Text.number(number));
    }

    private void deeper(int depth) {
        if (depth == Values.DEEPEST) {
            throw Failure.value("cannot write what is nested more than " + Values.DEEPEST + " deep as JSON, at "
                    + path(depth) + "; does it contain itself?");
        }
    }

    private void items(Object[] items, int depth) {
        deeper(depth);
        run.work(items.length * 8L);
        put('[');
        for (int i = 0; i < items.length; i++) {
            if (i > 0) {
                put(',');
            }
            path[depth] = i;
            write(items[i], depth + 1);
        }
        put(']');
    }

    private void range(Range range) {
        put('[');
        long count = range.size();
        for (long i = 0; i < count; i++) {
            run.work(16);
            if (i > 0) {
                put(',');
            }
            ascii(Long.toString(range.at(i)));
        }
        put(']');
    }

    private void object(Dict dict, int depth) {
        deeper(depth);
        run.work(dict.size() * 8L);
        put('{');
        if (sorted) {
            Object[] keys = dict.keys();
            for (Object key : keys) {
                checkKey(key, depth);
            }
            Arrays.sort(keys);
            for (int i = 0; i < keys.length; i++) {
                entry((String) keys[i], dict.value(dict.find(run, keys[i])), i == 0, depth);
            }
        } else {
            boolean first = true;
            for (int entry = 0; entry < dict.end(); entry++) {
                if (dict.there(entry)) {
                    checkKey(dict.key(entry), depth);
                    entry((String) dict.key(entry), dict.value(entry), first, depth);
                    first = false;
                }
            }
        }
        put('}');
    }

    private void checkKey(Object key, int depth) {
        if (!(key instanceof String)) {
            throw cannot("a dict with a key of type " + Values.type(key), depth, "keys in JSON are strings");
        }
    }

    private void entry(String key, Object value, boolean first, int depth) {
        if (!first) {
            put(',');
        }
        string(key);
        put(':');
        path[depth] = key;
        write(value, depth + 1);
    }

    private void string(String text) {
        room(Math.min(text.length(), Integer.MAX_VALUE - size - 64) + 2);
        out[size++] = '"';
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
                room(1);
                out[size++] = (byte) c;
            } else if (c < 0x80) {
                escape(c);
            } else {
                i += multiple(text, i, c);
            }
        }
        put('"');
    }

    private void escape(char c) {
        room(6);
        switch (c) {
            case '"', '\\' -> ascii("\\" + c);
            case '\n' -> ascii("\\n");
            case '\r' -> ascii("\\r");
            case '\t' -> ascii("\\t");
            case 0x7F -> out[size++] = 0x7F;
            default -> unicode(c);
        }
    }

    private void unicode(char c) {
        room(6);
        out[size++] = '\\';
        out[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            out[size++] = HEX[c >> shift & 15];
        }
    }

    /** Writes a character beyond ASCII, and answers how many further chars it took. */
    private int multiple(String text, int i, char c) {
        room(6);
        if (c < 0x800) {
            out[size++] = (byte) (0xC0 | c >> 6);
            out[size++] = (byte) (0x80 | c & 0x3F);
            return 0;
        }
        if (!Character.isSurrogate(c)) {
            out[size++] = (byte) (0xE0 | c >> 12);
            out[size++] = (byte) (0x80 | c >> 6 & 0x3F);
            out[size++] = (byte) (0x80 | c & 0x3F);
            return 0;
        }
        if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
            int point = Character.toCodePoint(c, text.charAt(i + 1));
            out[size++] = (byte) (0xF0 | point >> 18);
            out[size++] = (byte) (0x80 | point >> 12 & 0x3F);
            out[size++] = (byte) (0x80 | point >> 6 & 0x3F);
            out[size++] = (byte) (0x80 | point & 0x3F);
            return 1;
        }
        // half of a pair, which only slicing makes: UTF-8 has no bytes for it, JSON has an escape
        unicode(c);
        return 0;
    }
}
