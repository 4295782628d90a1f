package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Mutability;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Octets;
import dev.dovetail.executor.starlark.value.Range;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Sets;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names that every program has: constants and built-in functions. */
public final class Universe {
    private static final List<Builtin> FUNCTIONS = List.of(
            new Builtin("abs(x, /)", (run, a) -> Numbers.abs(run, a[0])),
            new Builtin("all(elements, /)", (run, a) -> all(run, a[0], true)),
            new Builtin("any(elements, /)", (run, a) -> !all(run, a[0], false)),
            new Builtin("bool(x?, /)", (_, a) -> Arguments.given(a[0]) && Values.truth(a[0])),
            new Builtin("bytes(x, /)", (run, a) -> bytes(run, a[0])),
            new Builtin("chr(i, /)", (_, a) -> chr(a[0])),
            new Builtin("dict(*args, **kwargs)", (run, a) -> dict(run, (Tuple) a[0], (Dict) a[1])),
            new Builtin(
                    "dir(x, /)", (run, a) -> list(run, Attributes.names(a[0]).toArray())),
            new Builtin("enumerate(elements, start?)", (run, a) -> Orders.enumerate(run, a[0], Arguments.or(a[1], 0L))),
            new Builtin("float(x?, /)", (_, a) -> Numbers.toFloat(Arguments.or(a[0], 0L))),
            new Builtin("getattr(x, name, default?, /)", (_, a) -> getAttribute(a)),
            new Builtin(
                    "hasattr(x, name, /)",
                    (_, a) -> Attributes.find(a[0], Arguments.text(a[1], "a name")) != Builtin.ABSENT),
            new Builtin("hash(x, /)", (run, a) -> hash(run, a[0])),
            new Builtin("int(x, base?)", (run, a) -> Numbers.toInt(run, a[0], a[1])),
            new Builtin("len(x, /)", (_, a) -> length(a[0])),
            new Builtin(
                    "list(x?, /)",
                    (run, a) -> list(run, Arguments.given(a[0]) ? Orders.own(run, a[0]) : new Object[0])),
            new Builtin("max(*args, *, key?)", (run, a) -> Orders.extreme(run, "max", (Tuple) a[0], a[1])),
            new Builtin("min(*args, *, key?)", (run, a) -> Orders.extreme(run, "min", (Tuple) a[0], a[1])),
            new Builtin("ord(s, /)", (_, a) -> ord(a[0])),
            new Builtin("range(start, stop?, step?, /)", (_, a) -> range(a)),
            new Builtin("repr(x, /)", (run, a) -> Text.repr(run, a[0])),
            new Builtin("reversed(elements, /)", (run, a) -> Orders.reversed(run, a[0])),
            new Builtin(
                    "set(elements?, /)",
                    (run, a) -> Sets.of(run, Arguments.given(a[0]) ? Sequences.toArray(run, a[0]) : new Object[0])),
            new Builtin("sorted(elements, /, *, key?, reverse?)", (run, a) -> Orders.sorted(run, a[0], a[1], a[2])),
            new Builtin("str(x, /)", (run, a) -> Text.str(run, a[0])),
            new Builtin("struct(**kwargs)", (run, a) -> struct(run, (Dict) a[0])),
            new Builtin("tuple(x?, /)", (run, a) -> Arguments.given(a[0]) ? tuple(run, a[0]) : Tuple.EMPTY),
            new Builtin("type(x, /)", (_, a) -> Values.type(a[0])),
            new Builtin("zip(*args)", (run, a) -> Orders.zip(run, (Tuple) a[0])),
            new Builtin("fail(*args, *, sep?)", (run, a) -> {
                throw new Failure(Failure.Kind.FAIL, "fail: " + joined(run, (Tuple) a[0], a[1]));
            }));

    private static final long LONGEST_RANGE = 1L << 60;

    /** Everything but {@code print}, which is the embedder's. */
    public static final Map<String, Object> ALL;

    static {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("None", None.NONE);
        all.put("True", true);
        all.put("False", false);
        FUNCTIONS.forEach(function -> all.put(function.name(), function));
        all.put("json", Json.MODULE);
        ALL = Collections.unmodifiableMap(all);
    }

    private Universe() {}

    /** The texts of the values with something between, as {@code print} and {@code fail} show them. */
    public static String joined(Run run, Tuple values, Object sep) {
        String between = Arguments.some(sep) ? Arguments.text(sep, "sep") : " ";
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            String text = Text.str(run, values.at(i));
            run.allocateText((long) text.length() + between.length());
            all.append(i == 0 ? "" : between).append(text);
        }
        return all.toString();
    }

    static StarList list(Run run, Object[] items) {
        run.allocate(40);
        return new StarList(run.mutability(), items);
    }

    private static Tuple tuple(Run run, Object x) {
        return x instanceof Tuple tuple ? tuple : new Tuple(Orders.own(run, x));
    }

    private static boolean all(Run run, Object elements, boolean wanted) {
        for (Object item : Sequences.toArray(run, elements)) {
            if (Values.truth(item) != wanted) {
                return false;
            }
        }
        return true;
    }

    static StarList elements(Run run, Octets octets) {
        byte[] content = octets.content();
        Sequences.reserve(run, content.length);
        Object[] items = new Object[content.length];
        for (int i = 0; i < items.length; i++) {
            items[i] = Ints.of(content[i] & 0xFF);
        }
        return list(run, items);
    }

    private static Object bytes(Run run, Object x) {
        switch (x) {
            case Octets octets -> {
                return octets;
            }
            case String text -> {
                run.allocate(40 + 3L * text.length());
                run.work(text.length());
                return new Octets(text.getBytes(StandardCharsets.UTF_8));
            }
            default -> {
                Object[] items = Sequences.toArray(run, x);
                run.allocate(40 + items.length);
                byte[] content = new byte[items.length];
                for (int i = 0; i < items.length; i++) {
                    if (!(items[i] instanceof Long number) || number < 0 || number > 255) {
                        throw Failure.value(
                                "bytes() needs ints from 0 to 255; element " + i + " is " + Text.repr(run, items[i]));
                    }
                    content[i] = number.byteValue();
                }
                return new Octets(content);
            }
        }
    }

    private static Object chr(Object i) {
        int code = Arguments.number(i, "a code point");
        if (code < 0
                || code > Character.MAX_CODE_POINT
                || code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) {
            throw Failure.value("not a Unicode code point: " + i);
        }
        return Character.toString(code);
    }

    private static Object ord(Object s) {
        if (s instanceof Octets octets && octets.content().length == 1) {
            return Ints.of(octets.content()[0] & 0xFF);
        }
        String text = Arguments.text(s, "ord()'s argument");
        if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
            throw Failure.value(
                    "ord() needs a string of one code point, not of " + text.codePointCount(0, text.length()));
        }
        return Ints.of(text.codePointAt(0));
    }

    private static Object dict(Run run, Tuple args, Dict kwargs) {
        if (args.size() > 1) {
            throw new Failure(Failure.Kind.ARGUMENT, "dict() takes at most 1 positional argument, got " + args.size());
        }
        Dict dict = new Dict(run.mutability());
        if (args.size() == 1) {
            DictMethods.addAll(run, dict, args.at(0));
        }
        for (Object key : kwargs.keys()) {
            dict.put(run, key, kwargs.value(kwargs.find(run, key)));
        }
        return dict;
    }

    private static Object struct(Run run, Dict kwargs) {
        Dict fields = new Dict(Mutability.FROZEN, kwargs.size());
        run.allocate(48 + 28L * kwargs.size());
        for (Object key : kwargs.keys()) {
            fields.enter(run, key, kwargs.value(kwargs.find(run, key)));
        }
        return new Struct(fields);
    }

    private static Object getAttribute(Object[] a) {
        String name = Arguments.text(a[1], "a name");
        Object found = Attributes.find(a[0], name);
        return found != Builtin.ABSENT ? found : a[2] != Builtin.ABSENT ? a[2] : Attributes.of(a[0], name);
    }

    private static Object hash(Run run, Object x) {
        if (!(x instanceof String) && !(x instanceof Octets)) {
            throw Failure.type("hash() needs a string or bytes, not " + Values.type(x));
        }
        run.work(Sequences.size(x));
        return x instanceof Octets ? Ints.of(x.hashCode() & 0xFFFFFFFFL) : Ints.of(x.hashCode());
    }

    private static Object length(Object x) {
        long size = Sequences.size(x);
        if (size < 0) {
            throw Failure.type("len() of " + Values.type(x));
        }
        return Ints.of(size);
    }

    private static Object range(Object[] a) {
        boolean one = !Arguments.given(a[1]);
        long start = one ? 0 : limit(a[0], "start");
        long stop = limit(one ? a[0] : a[1], "stop");
        long step = limit(Arguments.or(a[2], 1L), "step");
        if (step == 0) {
            throw Failure.value("range()'s step cannot be 0");
        }
        return new Range(start, stop, step);
    }

    private static long limit(Object argument, String what) {
        if (argument instanceof Long number && Math.abs(number) <= LONGEST_RANGE) {
            return number;
        }
        if (!Ints.is(argument)) {
            throw Arguments.wrong(argument, "range()'s " + what, "an int");
        }
        throw Failure.value("range()'s " + what + " is at most 2^60, not " + argument);
    }
}
