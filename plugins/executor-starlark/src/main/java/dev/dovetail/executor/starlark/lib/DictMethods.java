package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Operators;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;
import java.util.List;

/** The methods of dicts. */
final class DictMethods {
    static final List<Method> ALL = List.of(
            new Method("clear()", (_, self, _) -> {
                ((Dict) self).clear();
                return None.NONE;
            }),
            new Method("get(key, default?, /)", (run, self, a) -> get(run, (Dict) self, a)),
            new Method("items()", (run, self, _) -> items(run, (Dict) self)),
            new Method("keys()", (run, self, _) -> keys(run, (Dict) self)),
            new Method("values()", (run, self, _) -> values(run, (Dict) self)),
            new Method("pop(key, default?, /)", (run, self, a) -> pop(run, (Dict) self, a)),
            new Method("popitem()", (run, self, _) -> popItem(run, (Dict) self)),
            new Method("setdefault(key, default?, /)", (run, self, a) -> setDefault(run, (Dict) self, a)),
            new Method("update(*args, **kwargs)", (run, self, a) -> update(run, (Dict) self, a)));

    private DictMethods() {}

    static Object get(Run run, Dict dict, Object[] a) {
        int entry = dict.find(run, a[0]);
        return entry >= 0 ? dict.value(entry) : Arguments.or(a[1], None.NONE);
    }

    static StarList items(Run run, Dict dict) {
        Sequences.reserve(run, dict.size() * 5L);
        Object[] items = new Object[dict.size()];
        int count = 0;
        for (int entry = 0; entry < dict.end(); entry++) {
            if (dict.there(entry)) {
                items[count++] = new Tuple(dict.key(entry), dict.value(entry));
            }
        }
        return new StarList(run.mutability(), items);
    }

    static StarList keys(Run run, Dict dict) {
        Sequences.reserve(run, dict.size());
        return new StarList(run.mutability(), dict.keys());
    }

    static StarList values(Run run, Dict dict) {
        Sequences.reserve(run, dict.size());
        Object[] values = new Object[dict.size()];
        int count = 0;
        for (int entry = 0; entry < dict.end(); entry++) {
            if (dict.there(entry)) {
                values[count++] = dict.value(entry);
            }
        }
        return new StarList(run.mutability(), values);
    }

    private static Object pop(Run run, Dict dict, Object[] a) {
        dict.check();
        int entry = dict.find(run, a[0]);
        if (entry >= 0) {
            Object value = dict.value(entry);
            dict.remove(entry);
            return value;
        }
        if (!Arguments.given(a[1])) {
            throw new Failure(Failure.Kind.KEY, "key not found: " + Text.repr(run, a[0]));
        }
        return a[1];
    }

    private static Object popItem(Run run, Dict dict) {
        dict.check();
        if (dict.size() == 0) {
            throw new Failure(Failure.Kind.KEY, "popitem() on an empty dict");
        }
        int entry = dict.firstEntry();
        run.allocate(48);
        Tuple item = new Tuple(dict.key(entry), dict.value(entry));
        dict.remove(entry);
        return item;
    }

    private static Object setDefault(Run run, Dict dict, Object[] a) {
        dict.check();
        int entry = dict.find(run, a[0]);
        if (entry >= 0) {
            return dict.value(entry);
        }
        Object value = Arguments.or(a[1], None.NONE);
        dict.put(run, a[0], value);
        return value;
    }

    private static Object update(Run run, Dict dict, Object[] a) {
        Tuple positional = (Tuple) a[0];
        if (positional.size() > 1) {
            throw new Failure(
                    Failure.Kind.ARGUMENT, "update() takes at most 1 positional argument, got " + positional.size());
        }
        dict.check();
        if (positional.size() == 1) {
            addAll(run, dict, positional.at(0));
        }
        Operators.enterAll(run, dict, (Dict) a[1]);
        return None.NONE;
    }

    /** Enters a mapping's entries, or pairs. */
    static void addAll(Run run, Dict dict, Object source) {
        if (source instanceof Dict other) {
            Operators.enterAll(run, dict, other);
            return;
        }
        if (source instanceof Struct struct) {
            Operators.enterAll(run, dict, struct.fields());
            return;
        }
        Object[] pairs = Sequences.toArray(run, source);
        for (int i = 0; i < pairs.length; i++) {
            if (!Sequences.iterable(pairs[i]) || Sequences.size(pairs[i]) != 2) {
                throw Failure.type("a dict is made of pairs; element " + i + " is " + Values.type(pairs[i])
                        + (Sequences.size(pairs[i]) < 0 ? "" : " of " + Sequences.size(pairs[i])));
            }
            Object[] pair = Sequences.toArray(run, pairs[i]);
            dict.put(run, pair[0], pair[1]);
        }
    }
}
