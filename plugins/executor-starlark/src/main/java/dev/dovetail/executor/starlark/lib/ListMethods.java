package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Comparing;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Text;
import java.util.List;

/** The methods of lists. */
final class ListMethods {
    static final List<Method> ALL = List.of(
            new Method("append(item, /)", (run, self, a) -> {
                ((StarList) self).add(run, a[0]);
                return None.NONE;
            }),
            new Method("clear()", (_, self, _) -> {
                ((StarList) self).clear();
                return None.NONE;
            }),
            new Method("extend(items, /)", (run, self, a) -> extend(run, (StarList) self, a[0])),
            new Method("index(item, start?, end?, /)", (run, self, a) -> index(run, (StarList) self, a)),
            new Method("insert(index, item, /)", (run, self, a) -> insert(run, (StarList) self, a)),
            new Method("pop(index?, /)", (run, self, a) -> pop(run, (StarList) self, a[0])),
            new Method("remove(item, /)", (run, self, a) -> remove(run, (StarList) self, a[0])));

    private ListMethods() {}

    static Object extend(Run run, StarList list, Object items) {
        Object[] more = Sequences.toArray(run, items);
        list.check();
        for (Object item : more) {
            list.add(run, item);
        }
        return None.NONE;
    }

    private static int find(Run run, StarList list, Object item, int from, int to) {
        for (int i = from; i < to; i++) {
            run.tick();
            if (Comparing.equal(run, list.at(i), item)) {
                return i;
            }
        }
        return -1;
    }

    private static int limit(Object argument, int standard, int size) {
        if (!Arguments.some(argument)) {
            return standard;
        }
        long index = Arguments.number(argument, "an index");
        return Math.clamp(index < 0 ? index + size : index, 0, size);
    }

    private static Object index(Run run, StarList list, Object[] a) {
        int found = find(run, list, a[0], limit(a[1], 0, list.size()), limit(a[2], list.size(), list.size()));
        if (found < 0) {
            throw Failure.value("item not found in list: " + Text.repr(run, a[0]));
        }
        return Ints.of(found);
    }

    private static Object insert(Run run, StarList list, Object[] a) {
        list.insert(run, limit(a[0], 0, list.size()), a[1]);
        return None.NONE;
    }

    private static Object pop(Run run, StarList list, Object argument) {
        long index = Arguments.given(argument) ? Arguments.number(argument, "an index") : -1;
        long at = index < 0 ? index + list.size() : index;
        if (at < 0 || at >= list.size()) {
            throw new Failure(Failure.Kind.INDEX, "index out of range: " + index + " in a list of " + list.size());
        }
        return list.remove(run, (int) at);
    }

    private static Object remove(Run run, StarList list, Object item) {
        int found = find(run, list, item, 0, list.size());
        if (found < 0) {
            throw Failure.value("item not found in list: " + Text.repr(run, item));
        }
        list.remove(run, found);
        return None.NONE;
    }
}
