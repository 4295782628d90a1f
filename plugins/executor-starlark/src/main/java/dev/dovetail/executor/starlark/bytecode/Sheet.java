package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Code;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;

/**
 * What is written while one method is emitted, and what is known at its end: the frame is local 0, slot n is local n + 1,
 * then come the globals, the free variables and what is kept for a moment.
 */
final class Sheet {
    /** Longer strings are no constants of a class file. */
    private static final int LONGEST_CONSTANT = 10_000;

    final CodeBuilder code;
    final Pool pool;
    /** Slots that have a value for certain. */
    BitSet assigned = new BitSet();

    private final int slots;
    private int next;
    private int most;

    Sheet(CodeBuilder code, Pool pool, Code function) {
        this.code = code;
        this.pool = pool;
        this.slots = function.slots();
        this.next = slots + 3;
        this.most = next;
    }

    int slot(int slot) {
        return slot + 1;
    }

    int globals() {
        return slots + 1;
    }

    int free() {
        return slots + 2;
    }

    /** How many locals there are. */
    int most() {
        return most;
    }

    /** A local for a moment: until {@link #forget} is called with it. */
    int keep() {
        int kept = next++;
        most = Math.max(most, next);
        return kept;
    }

    /** Two locals for a long. */
    int keepLong() {
        int kept = keep();
        keep();
        return kept;
    }

    /** Gives back this local, and all that were kept later. */
    void forget(int kept) {
        next = kept;
    }

    /** Keeps what is on the stack. */
    int keepTop() {
        int kept = keep();
        code.astore(kept);
        return kept;
    }

    /** Emits what may be passed by: what it assigns is not assigned for certain. */
    void maybe(Runnable part) {
        BitSet before = (BitSet) assigned.clone();
        part.run();
        assigned = before;
    }

    Label label() {
        return code.newLabel();
    }

    void bind(Label label) {
        code.labelBinding(label);
    }

    /** Pushes the frame and a place, the last arguments of most acts. */
    void here(int at) {
        code.aload(0).loadConstant(at);
    }

    /** Notes the place in the frame. */
    void note(int at) {
        here(at);
        code.putfield(Types.FRAME, "at", ConstantDescs.CD_int);
    }

    /** Begins a statement. */
    void step(int at) {
        here(at);
        code.invokevirtual(Types.FRAME, "step", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int));
    }

    void act(String name, int parameters) {
        Types.Act act = Types.act(name, parameters);
        code.invokestatic(act.owner(), act.name(), act.type());
    }

    /** Pushes a value that never changes. */
    void constant(Object value) {
        if (value instanceof String text && text.length() <= LONGEST_CONSTANT) {
            code.loadConstant(text);
        } else {
            pool.push(code, value, Object.class);
        }
    }

    void text(String text) {
        if (text.length() <= LONGEST_CONSTANT) {
            code.loadConstant(text);
        } else {
            pool.push(code, text, String.class);
        }
    }

    /** Counts bytes. */
    void allocate(long bytes) {
        code.aload(0).loadConstant(bytes);
        act("allocate", 2);
    }
}
