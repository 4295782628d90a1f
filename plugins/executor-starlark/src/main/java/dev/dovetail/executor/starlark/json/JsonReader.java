package dev.dovetail.executor.starlark.json;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Mutability;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Values;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads JSON in UTF-8 straight into values. Refuses what RFC 8259 does not allow. */
public final class JsonReader {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long EIGHT_SPACES = ONES * ' ';

    private final Run run;
    private final KnownTexts keys = new KnownTexts();
    private final byte[] text;
    private final boolean frozen;
    private final Mutability mutability;
    private int at;

    private JsonReader(Run run, byte[] text, boolean frozen) {
        this.run = run;
        this.text = text;
        this.frozen = frozen;
        this.mutability = frozen ? Mutability.FROZEN : run.mutability();
    }

    /** Objects as dicts, and all of it open to change, as {@code json.decode} does. */
    public static Object values(Run run, byte[] text) {
        return new JsonReader(run, text, false).whole();
    }

    /** Objects as structs, and nothing open to change: what a function gets. */
    public static Object frozen(Run run, byte[] text) {
        return new JsonReader(run, text, true).whole();
    }

    private Object whole() {
        run.work(text.length);
        Object value = value(Values.DEEPEST);
        space();
        if (at < text.length) {
            throw wrong("the end");
        }
        return value;
    }

    private Failure wrong(String expected) {
        return wrong(text, at, expected);
    }

    static Failure wrong(byte[] text, int at, String expected) {
        String found = at >= text.length ? "the end" : "'" + (char) (text[at] & 0xFF) + "'";
        return Failure.value("not JSON: at byte " + at + " expected " + expected + ", found " + found);
    }

    private void space() {
        byte[] octets = text;
        int i = at;
        while (i < octets.length && octets[i] <= ' ') {
            byte octet = octets[i];
            if (octet == ' ' && i + Long.BYTES <= octets.length && (long) EIGHT.get(octets, i) == EIGHT_SPACES) {
                // indented JSON is mostly this
                i += Long.BYTES;
            } else if (octet == ' ' || octet == '\n' || octet == '\r' || octet == '\t') {
                i++;
            } else {
                break;
            }
        }
        at = i;
    }

    private Object value(int room) {
        if (room == 0) {
            throw Failure.value("JSON is nested more than " + Values.DEEPEST + " deep");
        }
        space();
        if (at >= text.length) {
            throw wrong("a value");
        }
        return switch (text[at]) {
            case '"' -> string(false);
            case '{' -> object(room - 1);
            case '[' -> array(room - 1);
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", None.NONE);
            default -> number();
        };
    }

    private Object word(String word, Object value) {
        for (int i = 0; i < word.length(); i++) {
            if (at >= text.length || text[at] != word.charAt(i)) {
                throw wrong("\"" + word + "\"");
            }
            at++;
        }
        return value;
    }

    private Object object(int room) {
        at++;
        run.allocate(80);
        Dict fields = new Dict(mutability);
        space();
        if (at < text.length && text[at] == '}') {
            at++;
        } else {
            do {
                space();
                if (at >= text.length || text[at] != '"') {
                    throw wrong("a key in double quotes");
                }
                String key = string(true);
                space();
                expect(':');
                Object value = value(room);
                if (!frozen && fields.find(run, key) >= 0) {
                    throw Failure.value("not JSON: the key \"" + key + "\" twice in an object, before byte " + at);
                }
                fields.enter(run, key, value);
            } while (more('}'));
        }
        return frozen ? Struct.open(fields) : fields;
    }

    private Object array(int room) {
        at++;
        run.allocate(40);
        StarList list = new StarList(mutability);
        space();
        if (at < text.length && text[at] == ']') {
            at++;
            return list;
        }
        do {
            list.append(run, value(room));
        } while (more(']'));
        return list;
    }

    private void expect(char c) {
        if (at >= text.length || text[at] != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    /** Whether a comma follows, and not what closes. */
    private boolean more(char close) {
        space();
        if (at < text.length && text[at] == ',') {
            at++;
            return true;
        }
        if (at < text.length && text[at] == close) {
            at++;
            return false;
        }
        throw wrong("',' or '" + close + "'");
    }

    private String string(boolean key) {
        int start = ++at;
        int end = plain(start);
        boolean ascii = true;
        while (end < text.length && text[end] != '"') {
            byte octet = text[end];
            if (octet == '\\') {
                at = end;
                return escaped(start);
            }
            if (octet >= 0 && octet < ' ') {
                at = end;
                throw wrong("an escape instead of a control character");
            }
            ascii &= octet >= 0;
            end++;
        }
        at = end;
        if (end >= text.length) {
            throw wrong("'\"'");
        }
        run.allocateText(end - start);
        at++;
        if (key && ascii) {
            return keys.text(text, start, end);
        }
        return new String(text, start, end - start, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    /** A place at or before the end of a string, before which all is ASCII that stands for itself. */
    private int plain(int start) {
        byte[] octets = text;
        int i = start;
        while (i + Long.BYTES <= octets.length) {
            long eight = (long) EIGHT.get(octets, i);
            long quotes = eight ^ ONES * '"';
            long slashes = eight ^ ONES * '\\';
            // each expression has the high bit of a byte set if that byte is what is looked for, or it is too careful
            long odd = eight | eight - ONES * ' ' | quotes - ONES | slashes - ONES;
            if ((odd & HIGH) != 0) {
                break;
            }
            i += Long.BYTES;
        }
        return i;
    }

    /** A string with escapes: what is read becomes bytes again, but for the escaped characters. */
    private String escaped(int start) {
        StringBuilder out = new StringBuilder();
        int from = start;
        while (at < text.length && text[at] != '"') {
            byte octet = text[at];
            if (octet == '\\') {
                out.append(new String(text, from, at - from, StandardCharsets.UTF_8));
                at++;
                out.append(escape());
                from = at;
            } else if (octet >= 0 && octet < ' ') {
                throw wrong("an escape instead of a control character");
            } else {
                at++;
            }
        }
        if (at >= text.length) {
            throw wrong("'\"'");
        }
        run.allocateText(at - start);
        out.append(new String(text, from, at - from, StandardCharsets.UTF_8));
        at++;
        return out.toString();
    }

    private char escape() {
        if (at >= text.length) {
            throw wrong("an escape");
        }
        byte c = text[at++];
        switch (c) {
            case '"', '\\', '/' -> {
                return (char) c;
            }
            case 'b' -> {
                return '\b';
            }
            case 'f' -> {
                return '\f';
            }
            case 'n' -> {
                return '\n';
            }
            case 'r' -> {
                return '\r';
            }
            case 't' -> {
                return '\t';
            }
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = at < text.length ? Character.digit(text[at], 16) : -1;
                    if (digit < 0) {
                        throw wrong("four hexadecimal digits");
                    }
                    code = code * 16 + digit;
                    at++;
                }
                return (char) code;
            }
            default -> {
                at--;
                throw wrong("one of \"\\/bfnrtu after a backslash");
            }
        }
    }

    private Object number() {
        JsonNumber.Read read = JsonNumber.read(run, text, at);
        at = read.end();
        return read.value();
    }
}
