package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Indexing;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Values;

/** What may stand on the left of an assignment. */
public sealed interface Target {
    void assign(Frame f, Object value);

    record Local(int slot) implements Target {
        @Override
        public void assign(Frame f, Object value) {
            f.slots[slot] = value;
        }
    }

    record Shared(int slot) implements Target {
        @Override
        public void assign(Frame f, Object value) {
            ((Cell) f.slots[slot]).value = value;
        }
    }

    record Global(int index) implements Target {
        @Override
        public void assign(Frame f, Object value) {
            f.function.globals[index] = value;
        }
    }

    record Element(Expr object, Expr key, int at) implements Target {
        @Override
        public void assign(Frame f, Object value) {
            Object container = object.eval(f);
            Object index = key.eval(f);
            f.at = at;
            Indexing.put(f.run, container, index, value);
        }
    }

    record Several(Target[] targets, int at) implements Target {
        @Override
        public void assign(Frame f, Object value) {
            f.at = at;
            Object[] items = items(f, value, targets.length);
            for (int i = 0; i < targets.length; i++) {
                targets[i].assign(f, items[i]);
            }
        }

        /** The elements of what is unpacked, if there are so many. */
        public static Object[] items(Frame f, Object value, int count) {
            if (!Sequences.iterable(value)) {
                throw Failure.type("cannot unpack " + Values.type(value) + " into " + count + " variables");
            }
            if (Sequences.size(value) != count) {
                throw Failure.value("cannot unpack " + Sequences.size(value) + " values into " + count + " variables");
            }
            return Sequences.toArray(f.run, value);
        }
    }
}
