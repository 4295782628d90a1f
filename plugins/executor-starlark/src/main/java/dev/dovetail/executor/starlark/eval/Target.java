package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Indexing;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Values;

/** What may stand on the left of an assignment. */
sealed interface Target {
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
            if (!Sequences.iterable(value)) {
                throw Failure.type("cannot unpack " + Values.type(value) + " into " + targets.length + " variables");
            }
            if (Sequences.size(value) != targets.length) {
                throw Failure.value(
                        "cannot unpack " + Sequences.size(value) + " values into " + targets.length + " variables");
            }
            Object[] items = Sequences.toArray(f.run, value);
            for (int i = 0; i < targets.length; i++) {
                targets[i].assign(f, items[i]);
            }
        }
    }
}
