package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Comparing;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;
import java.util.Arrays;

/** The built-in functions that put sequences into order, and beside each other. */
final class Orders {
    private Orders() {}

    /** The elements in an array that nobody else has. */
    static Object[] own(Run run, Object elements) {
        Object[] items = Sequences.toArray(run, elements);
        if (elements instanceof Tuple) {
            Sequences.reserve(run, items.length);
            return items.clone();
        }
        return items;
    }

    static Object enumerate(Run run, Object elements, Object start) {
        Object[] items = own(run, elements);
        run.allocate(56L * items.length);
        if (!Ints.is(start)) {
            throw Arguments.wrong(start, "enumerate()'s start", "an int");
        }
        for (int i = 0; i < items.length; i++) {
            items[i] = new Tuple(Ints.add(run, start, (long) i), items[i]);
        }
        return Universe.list(run, items);
    }

    static Object reversed(Run run, Object elements) {
        Object[] items = own(run, elements);
        for (int i = 0, j = items.length - 1; i < j; i++, j--) {
            Object swapped = items[i];
            items[i] = items[j];
            items[j] = swapped;
        }
        return Universe.list(run, items);
    }

    static Object zip(Run run, Tuple sequences) {
        if (sequences.size() == 0) {
            return Universe.list(run, new Object[0]);
        }
        Object[][] all = new Object[sequences.size()][];
        int size = Integer.MAX_VALUE;
        for (int i = 0; i < all.length; i++) {
            all[i] = Sequences.toArray(run, sequences.at(i));
            size = Math.min(size, all[i].length);
        }
        run.allocate((32L + 8 * all.length) * size);
        run.work((long) size * all.length);
        Object[] rows = new Object[size];
        for (int row = 0; row < size; row++) {
            Object[] items = new Object[all.length];
            for (int i = 0; i < all.length; i++) {
                items[i] = all[i][row];
            }
            rows[row] = new Tuple(items);
        }
        return Universe.list(run, rows);
    }

    private static Callable callable(Object key) {
        if (key instanceof Callable function) {
            return function;
        }
        throw Failure.type("key is a function, not " + Values.type(key));
    }

    private static Object keyOf(Run run, Object key, Object item) {
        if (!Arguments.some(key)) {
            return item;
        }
        run.tick();
        return callable(key).call(run, new Object[] {item}, Callable.NO_ARGUMENTS);
    }

    static Object extreme(Run run, String name, Tuple args, Object key) {
        if (args.size() == 0) {
            throw new Failure(Failure.Kind.ARGUMENT, name + "() needs at least one argument");
        }
        Object[] items = args.size() == 1 ? Sequences.toArray(run, args.at(0)) : args.items();
        if (items.length == 0) {
            throw Failure.value(name + "() of an empty sequence");
        }
        int sign = name.equals("max") ? 1 : -1;
        Object best = items[0];
        Object bestKey = keyOf(run, key, best);
        for (int i = 1; i < items.length; i++) {
            run.work(16);
            Object itemKey = keyOf(run, key, items[i]);
            if (sign * Integer.signum(Comparing.order(run, itemKey, bestKey, sign > 0 ? ">" : "<")) > 0) {
                best = items[i];
                bestKey = itemKey;
            }
        }
        return best;
    }

    /** An element and what it is sorted by. */
    private record Keyed(Object key, Object item) {}

    static Object sorted(Run run, Object elements, Object key, Object reverse) {
        Object[] items = own(run, elements);
        boolean backwards = reverse != Builtin.ABSENT && Values.truth(reverse);
        run.allocate(24L * items.length);
        Keyed[] keyed = new Keyed[items.length];
        for (int i = 0; i < items.length; i++) {
            keyed[i] = new Keyed(keyOf(run, key, items[i]), items[i]);
        }
        // stable in both directions; counted as it goes, because comparisons can be dear
        Arrays.sort(keyed, (a, b) -> {
            run.work(16);
            return backwards
                    ? Comparing.order(run, b.key(), a.key(), "<")
                    : Comparing.order(run, a.key(), b.key(), "<");
        });
        for (int i = 0; i < items.length; i++) {
            items[i] = keyed[i].item();
        }
        return Universe.list(run, items);
    }
}
