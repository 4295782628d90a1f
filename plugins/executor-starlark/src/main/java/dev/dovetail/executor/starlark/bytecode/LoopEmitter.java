package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Augmenting;
import dev.dovetail.executor.starlark.eval.Calls;
import dev.dovetail.executor.starlark.eval.Expr;
import dev.dovetail.executor.starlark.eval.Operation;
import dev.dovetail.executor.starlark.eval.Statements;
import dev.dovetail.executor.starlark.eval.Stmt;
import dev.dovetail.executor.starlark.eval.Target;
import dev.dovetail.executor.starlark.eval.Variables;
import dev.dovetail.executor.starlark.lib.Universe;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.OptionalInt;

/** Emits statements, of which loops are the hard ones. */
final class LoopEmitter {
    private static final MethodTypeDesc LONG = MethodTypeDesc.of(ConstantDescs.CD_long);
    private static final MethodTypeDesc CLOSE = MethodTypeDesc.of(ConstantDescs.CD_void);
    private static final MethodTypeDesc NEXT = MethodTypeDesc.of(Types.OBJECT, Types.FRAME);

    /** A loop that is being emitted, with its cursor if it has one. */
    private record Loop(Label again, Label end, OptionalInt cursor) {}

    private final Sheet sheet;
    private final ExpressionEmitter expressions;
    private final Deque<Loop> loops = new ArrayDeque<>();

    LoopEmitter(Sheet sheet, ExpressionEmitter expressions) {
        this.sheet = sheet;
        this.expressions = expressions;
    }

    /** Emits a statement, and answers whether anything can come after it. */
    boolean emit(Stmt statement) {
        switch (statement) {
            case Statements.Block(Stmt[] statements, int[] places) -> {
                for (int i = 0; i < statements.length; i++) {
                    sheet.step(places[i]);
                    if (!emit(statements[i])) {
                        return false;
                    }
                }
            }
            case Statements.Do(Expr expression) -> {
                if (!(expression instanceof Variables.Constant)) {
                    expressions.value(expression);
                    sheet.code.pop();
                }
            }
            case Statements.AssignLocal(int slot, Expr value) -> {
                expressions.value(value);
                assign(new Target.Local(slot));
            }
            case Statements.Assign(Target target, Expr value) -> {
                expressions.value(value);
                assign(target);
            }
            case Statements.Return(Expr value) -> {
                leave(value);
                return false;
            }
            case Statements.Jump(int signal) -> {
                Loop loop = loops.getFirst();
                sheet.code.goto_(signal == Stmt.BREAK ? loop.end() : loop.again());
                return false;
            }
            case Statements.When(Expr condition, Stmt then) -> {
                Label past = sheet.label();
                expressions.conditions().jump(condition, false, past);
                sheet.maybe(() -> emit(then));
                sheet.bind(past);
            }
            case Statements.If branches -> {
                return branches(branches);
            }
            case Statements.For loop -> loop(loop);
            case Statements.Collect(int slot, Expr value) -> {
                expressions.value(value);
                sheet.code.aload(sheet.slot(slot)).aload(0);
                sheet.act("collect", 3);
            }
            case Statements.CollectEntry(int slot, Expr key, Expr value, int at) -> {
                expressions.two(key, value);
                sheet.code.aload(sheet.slot(slot));
                sheet.here(at);
                sheet.act("collect", 5);
            }
            case Augmenting.Variable augmented -> {
                expressions.two(augmented.read(), augmented.value());
                if (!augmented.plus()) {
                    sheet.text(augmented.op());
                }
                sheet.pool.push(sheet.code, augmented.operation(), Operation.class);
                sheet.here(augmented.at());
                sheet.act(augmented.plus() ? "augmentAdd" : "augment", augmented.plus() ? 5 : 6);
                assign(augmented.write());
            }
            case Augmenting.Element augmented -> element(augmented);
        }
        return true;
    }

    private void element(Augmenting.Element augmented) {
        expressions.value(augmented.object());
        int container = sheet.keepTop();
        expressions.value(augmented.key());
        int key = sheet.keepTop();
        sheet.code.aload(container).aload(key);
        sheet.here(augmented.at());
        sheet.act("index", 4);
        int old = sheet.keepTop();
        expressions.value(augmented.value());
        int operand = sheet.keepTop();
        sheet.code.aload(container).aload(key).aload(old).aload(operand);
        sheet.text(augmented.op());
        sheet.pool.push(sheet.code, augmented.operation(), Operation.class);
        sheet.here(augmented.at());
        sheet.act("augmentElement", 8);
        sheet.forget(container);
    }

    /** Assigns what is on the stack. */
    private void assign(Target target) {
        switch (target) {
            case Target.Local(int slot) -> {
                sheet.code.astore(sheet.slot(slot));
                sheet.assigned.set(slot);
            }
            case Target.Shared(int slot) -> {
                sheet.code.aload(sheet.slot(slot)).checkcast(Types.CELL).swap();
                sheet.code.putfield(Types.CELL, "value", Types.OBJECT);
            }
            case Target.Global(int index) -> {
                int value = sheet.keepTop();
                sheet.code
                        .aload(sheet.globals())
                        .loadConstant(index)
                        .aload(value)
                        .aastore();
                sheet.forget(value);
            }
            case Target.Element(Expr object, Expr key, int at) -> {
                int value = sheet.keepTop();
                expressions.two(object, key);
                sheet.code.aload(value);
                sheet.here(at);
                sheet.act("put", 5);
                sheet.forget(value);
            }
            case Target.Several(Target[] targets, int at) -> {
                sheet.code.loadConstant(targets.length);
                sheet.here(at);
                sheet.act("unpack", 4);
                int items = sheet.keepTop();
                for (int i = 0; i < targets.length; i++) {
                    sheet.code.aload(items).loadConstant(i).aaload();
                    assign(targets[i]);
                }
                sheet.forget(items);
            }
        }
    }

    /** Returns, out of all loops. */
    private void leave(Expr value) {
        expressions.value(value);
        for (Loop loop : loops) {
            loop.cursor().ifPresent(cursor -> sheet.code.aload(cursor).invokevirtual(Types.CURSOR, "close", CLOSE));
        }
        sheet.code.areturn();
    }

    private boolean branches(Statements.If branches) {
        Label end = sheet.label();
        boolean passes = false;
        BitSet after = null;
        for (int i = 0; i < branches.blocks().length; i++) {
            Label next = sheet.label();
            if (i < branches.conditions().length) {
                expressions.conditions().jump(branches.conditions()[i], false, next);
            }
            BitSet before = (BitSet) sheet.assigned.clone();
            if (emit(branches.blocks()[i])) {
                passes = true;
                if (after == null) {
                    after = (BitSet) sheet.assigned.clone();
                } else {
                    after.and(sheet.assigned);
                }
                if (i < branches.conditions().length) {
                    sheet.code.goto_(end);
                }
            }
            sheet.assigned = before;
            sheet.bind(next);
        }
        sheet.bind(end);
        if (after != null) {
            sheet.assigned = after;
        }
        return passes;
    }

    private void loop(Statements.For loop) {
        expressions.value(loop.items());
        if (loop.items() instanceof Calls.Call call
                && call.function() instanceof Variables.Constant(Object builtin)
                && builtin == Universe.ALL.get("range")) {
            range(loop);
        } else {
            any(loop);
        }
    }

    /** Counts in locals. */
    private void range(Statements.For loop) {
        sheet.code.checkcast(Types.RANGE);
        int range = sheet.keepTop();
        sheet.note(loop.at());
        int value = field(range, "start");
        int step = field(range, "step");
        int left = field(range, "size");
        Label again = sheet.label();
        Label end = sheet.label();
        loops.push(new Loop(again, end, OptionalInt.empty()));
        sheet.bind(again);
        sheet.code.lload(left).lconst_0().lcmp().ifle(end);
        sheet.code.lload(left).lconst_1().lsub().lstore(left);
        sheet.code.lload(value);
        sheet.code.lload(value).lload(step).ladd().lstore(value);
        sheet.code.aload(0);
        sheet.act("round", 2);
        round(loop, again);
        sheet.bind(end);
        loops.pop();
        sheet.forget(range);
    }

    private int field(int range, String name) {
        int kept = sheet.keepLong();
        sheet.code.aload(range).invokevirtual(Types.RANGE, name, LONG).storeLocal(TypeKind.LONG, kept);
        return kept;
    }

    private void any(Statements.For loop) {
        sheet.here(loop.at());
        sheet.act("over", 3);
        int cursor = sheet.keepTop();
        int item = sheet.keep();
        Label again = sheet.label();
        Label end = sheet.label();
        Label failed = sheet.label();
        Label past = sheet.label();
        loops.push(new Loop(again, end, OptionalInt.of(cursor)));
        sheet.bind(again);
        sheet.code.aload(cursor).aload(0).invokevirtual(Types.CURSOR, "next", NEXT);
        sheet.code.dup().astore(item).ifnull(end);
        sheet.code.aload(item);
        round(loop, again);
        sheet.bind(end);
        sheet.code.aload(cursor).invokevirtual(Types.CURSOR, "close", CLOSE).goto_(past);
        sheet.bind(failed);
        sheet.code.aload(cursor).invokevirtual(Types.CURSOR, "close", CLOSE).athrow();
        sheet.bind(past);
        // what the loop holds is given back however it ends
        sheet.code.exceptionCatchAll(again, end, failed);
        loops.pop();
        sheet.forget(cursor);
    }

    /** What is done with the item on the stack. */
    private void round(Statements.For loop, Label again) {
        sheet.maybe(() -> {
            assign(loop.slot() >= 0 ? new Target.Local(loop.slot()) : loop.target());
            if (emit(loop.body())) {
                sheet.code.goto_(again);
            }
        });
    }
}
