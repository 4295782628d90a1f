package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Frame;
import dev.dovetail.executor.starlark.value.Range;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Table;

/**
 * A loop of emitted code on its way over what can be gone over, which it holds until it is closed. The JIT keeps it in
 * registers, so it is one class with a case for each kind.
 */
public final class Cursor {
    private static final Object[] NOTHING = {};

    private final StarList list;
    private final Table table;
    private final Object[] items;
    private long value;
    private long stride;
    private long left;
    private int next;

    private Cursor(StarList list, Table table, Object[] items) {
        this.list = list;
        this.table = table;
        this.items = items;
    }

    public static Cursor over(Object all, Frame f, int at) {
        f.at = at;
        if (all instanceof StarList list) {
            list.hold();
            return new Cursor(list, null, NOTHING);
        }
        if (all instanceof Table table) {
            table.hold();
            return new Cursor(null, table, NOTHING);
        }
        if (all instanceof Range range) {
            Cursor cursor = new Cursor(null, null, NOTHING);
            cursor.value = range.start();
            cursor.stride = range.step();
            cursor.left = range.size();
            return cursor;
        }
        return new Cursor(null, null, Sequences.toArray(f.run, all));
    }

    /** The next item, counted as a round, or null if there is none. */
    public Object next(Frame f) {
        Object item;
        if (list != null) {
            if (next >= list.size()) {
                return null;
            }
            item = list.at(next++);
        } else if (table != null) {
            while (next < table.end() && !table.there(next)) {
                next++;
            }
            if (next >= table.end()) {
                return null;
            }
            item = table.key(next++);
        } else if (next < items.length) {
            item = items[next++];
        } else if (left > 0) {
            left--;
            item = Long.valueOf(value);
            value += stride;
        } else {
            return null;
        }
        f.run.tick();
        return item;
    }

    public void close() {
        if (list != null) {
            list.release();
        } else if (table != null) {
            table.release();
        }
    }
}
