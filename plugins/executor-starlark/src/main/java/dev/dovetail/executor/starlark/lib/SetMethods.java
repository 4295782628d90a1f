package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Sets;
import dev.dovetail.executor.starlark.value.StarSet;
import dev.dovetail.executor.starlark.value.Table;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.executor.starlark.value.Tuple;
import java.util.List;

/** The methods of sets. */
final class SetMethods {
    /** Two sets become one. */
    private interface Combination {
        StarSet of(Run run, StarSet a, Table b);
    }

    static final List<Method> ALL = List.of(
            new Method("add(element, /)", (run, self, a) -> {
                ((StarSet) self).add(run, a[0]);
                return None.NONE;
            }),
            new Method("clear()", (_, self, _) -> {
                ((StarSet) self).clear();
                return None.NONE;
            }),
            new Method("discard(element, /)", (run, self, a) -> discard(run, (StarSet) self, a[0])),
            new Method("remove(element, /)", (run, self, a) -> remove(run, (StarSet) self, a[0])),
            new Method("pop()", (_, self, _) -> pop((StarSet) self)),
            new Method("union(*others)", (run, self, a) -> combined(run, (StarSet) self, a[0], Sets::union)),
            new Method(
                    "intersection(*others)", (run, self, a) -> combined(run, (StarSet) self, a[0], Sets::intersection)),
            new Method("difference(*others)", (run, self, a) -> combined(run, (StarSet) self, a[0], Sets::difference)),
            new Method(
                    "symmetric_difference(other, /)",
                    (run, self, a) -> Sets.symmetric(run, (StarSet) self, table(run, a[0]))),
            new Method("update(*others)", (run, self, a) -> update(run, (StarSet) self, (Tuple) a[0])),
            new Method(
                    "intersection_update(*others)",
                    (run, self, a) -> become(run, self, combined(run, (StarSet) self, a[0], Sets::intersection))),
            new Method(
                    "difference_update(*others)",
                    (run, self, a) -> become(run, self, combined(run, (StarSet) self, a[0], Sets::difference))),
            new Method(
                    "symmetric_difference_update(other, /)",
                    (run, self, a) -> become(run, self, Sets.symmetric(run, (StarSet) self, table(run, a[0])))),
            new Method(
                    "isdisjoint(other, /)",
                    (run, self, a) -> Sets.intersection(run, (StarSet) self, table(run, a[0]))
                                    .size()
                            == 0),
            new Method(
                    "issubset(other, /)",
                    (run, self, a) -> Sets.difference(run, (StarSet) self, table(run, a[0]))
                                    .size()
                            == 0),
            new Method("issuperset(other, /)", (run, self, a) -> superset(run, (StarSet) self, a[0])));

    private SetMethods() {}

    private static Table table(Run run, Object items) {
        return items instanceof Table table ? table : Sets.of(run, Sequences.toArray(run, items));
    }

    private static StarSet combined(Run run, StarSet self, Object others, Combination combination) {
        StarSet result = Sets.of(run, self.keys());
        for (Object other : ((Tuple) others).items()) {
            result = combination.of(run, result, table(run, other));
        }
        return result;
    }

    private static Object become(Run run, Object self, StarSet result) {
        Sets.become(run, (StarSet) self, result);
        return None.NONE;
    }

    private static boolean superset(Run run, StarSet self, Object other) {
        for (Object item : table(run, other).keys()) {
            run.work(16);
            if (self.find(run, item) < 0) {
                return false;
            }
        }
        return true;
    }

    private static Object update(Run run, StarSet self, Tuple others) {
        self.check();
        for (Object other : others.items()) {
            for (Object item : Sequences.toArray(run, other)) {
                run.work(16);
                self.add(run, item);
            }
        }
        return None.NONE;
    }

    private static Object discard(Run run, StarSet self, Object element) {
        self.check();
        int entry = self.find(run, element);
        if (entry >= 0) {
            self.remove(entry);
        }
        return None.NONE;
    }

    private static Object remove(Run run, StarSet self, Object element) {
        self.check();
        int entry = self.find(run, element);
        if (entry < 0) {
            throw new Failure(Failure.Kind.KEY, "element not found in set: " + Text.repr(run, element));
        }
        self.remove(entry);
        return None.NONE;
    }

    private static Object pop(StarSet self) {
        self.check();
        if (self.size() == 0) {
            throw Failure.value("pop() on an empty set");
        }
        return self.removeFirst();
    }
}
