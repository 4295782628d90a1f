package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Arithmetic;
import dev.dovetail.executor.starlark.eval.Builds;
import dev.dovetail.executor.starlark.eval.Calls;
import dev.dovetail.executor.starlark.eval.Code;
import dev.dovetail.executor.starlark.eval.Expr;
import dev.dovetail.executor.starlark.eval.Logic;
import dev.dovetail.executor.starlark.eval.Operation;
import dev.dovetail.executor.starlark.eval.SmallInts;
import dev.dovetail.executor.starlark.eval.Variables;
import dev.dovetail.executor.starlark.value.StarList;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Emits expressions. Whatever is emitted finds nothing on the stack and leaves one value there: what must wait is kept in
 * locals, because the JIT enters a running loop only while the stack is empty.
 */
final class ExpressionEmitter {
    private final Sheet sheet;
    private final ConditionEmitter conditions;
    private final CallEmitter calls;
    private final LoopEmitter loops;

    ExpressionEmitter(Sheet sheet) {
        this.sheet = sheet;
        this.conditions = new ConditionEmitter(sheet, this);
        this.calls = new CallEmitter(sheet, this);
        this.loops = new LoopEmitter(sheet, this);
    }

    ConditionEmitter conditions() {
        return conditions;
    }

    LoopEmitter loops() {
        return loops;
    }

    /** Whether it can be evaluated at any later time as well, and never fails. */
    boolean simple(Expr expression) {
        return expression instanceof Variables.Constant
                || expression instanceof Variables.Local(int slot, int _, String _) && sheet.assigned.get(slot);
    }

    /** Pushes the value. */
    void value(Expr expression) {
        switch (expression) {
            case Variables.Constant(Object value) -> sheet.constant(value);
            case Variables.Local local -> local(local);
            case Variables.Shared(int slot, int at, String name) -> {
                sheet.code.aload(sheet.slot(slot)).checkcast(Types.CELL);
                variable(at, name, "shared", 4);
            }
            case Variables.Free(int index, int at, String name) -> {
                sheet.code.aload(sheet.free()).loadConstant(index).aaload();
                variable(at, name, "free", 4);
            }
            case Variables.Global(int index, int at, String name) -> {
                sheet.code.aload(sheet.globals()).loadConstant(index);
                variable(at, name, "global", 5);
            }
            case SmallInts.Add(Expr left, long right, boolean minus, int at) ->
                small(left, right, minus ? "subtractSmall" : "addSmall", at);
            case SmallInts.Modulo(Expr left, long right, int at) -> small(left, right, "moduloSmall", at);
            case Arithmetic.Add(Expr left, Expr right, int at) -> operator(left, right, "add", at);
            case Arithmetic.Subtract(Expr left, Expr right, int at) -> operator(left, right, "subtract", at);
            case Arithmetic.Modulo(Expr left, Expr right, int at) -> operator(left, right, "modulo", at);
            case Arithmetic.Binary(Expr left, String op, Operation _, Expr right, int at)
            when op.equals("*") -> operator(left, right, "multiply", at);
            case Arithmetic.Binary(Expr left, String _, Operation operation, Expr right, int at) -> {
                two(left, right);
                sheet.pool.push(sheet.code, operation, Operation.class);
                sheet.here(at);
                sheet.act("binary", 5);
            }
            case Builds.ListOf(Expr[] items) -> {
                sheet.allocate(40 + StarList.SLOT * items.length);
                array(items);
                sheet.code.aload(0);
                sheet.act("list", 2);
            }
            case Builds.TupleOf(Expr[] items) -> {
                sheet.allocate(32 + StarList.SLOT * items.length);
                array(items);
                sheet.act("tuple", 1);
            }
            case Builds.DictOf dict -> dict(dict);
            case Builds.Comprehension(int slot, boolean dict, var body) -> {
                sheet.allocate(64);
                sheet.code.aload(0);
                sheet.act(dict ? "emptyDict" : "emptyList", 1);
                sheet.code.astore(sheet.slot(slot));
                loops.emit(body);
                sheet.code.aload(sheet.slot(slot));
            }
            case Builds.Closure closure -> closure(closure);
            case Builds.Index(Expr object, Expr key, int at) -> operator(object, key, "index", at);
            case Builds.Slice(Expr object, Expr from, Expr to, Expr step, int at) -> {
                several(object, from, to, step);
                sheet.here(at);
                sheet.act("slice", 6);
            }
            case Builds.Negate(Expr operand, int at) -> unary(operand, "negate", at);
            case Builds.Plus(Expr operand, int at) -> unary(operand, "plus", at);
            case Builds.Invert(Expr operand, int at) -> unary(operand, "invert", at);
            case Calls.Call call -> calls.call(call);
            case Calls.MethodCall call -> calls.method(call);
            case Calls.Dot(Expr object, String name, int at) -> {
                value(object);
                sheet.text(name);
                sheet.here(at);
                sheet.act("dot", 4);
            }
            case SmallInts.Equal _, Logic.Equal _, Logic.Ordered _, Logic.In _, Logic.Not _ -> {
                conditions.flag(expression);
                sheet.code.invokestatic(
                        ConstantDescs.CD_Boolean,
                        "valueOf",
                        MethodTypeDesc.of(ConstantDescs.CD_Boolean, ConstantDescs.CD_boolean));
            }
            case Logic.And(Expr left, Expr right) -> either(left, right, false);
            case Logic.Or(Expr left, Expr right) -> either(left, right, true);
            case Logic.Conditional(Expr condition, Expr then, Expr otherwise) -> {
                Label no = sheet.label();
                Label end = sheet.label();
                int kept = sheet.keep();
                conditions.jump(condition, false, no);
                sheet.maybe(() -> value(then));
                sheet.code.astore(kept).goto_(end);
                sheet.bind(no);
                sheet.maybe(() -> value(otherwise));
                sheet.code.astore(kept);
                sheet.bind(end);
                sheet.code.aload(kept);
                sheet.forget(kept);
            }
        }
    }

    private void local(Variables.Local local) {
        sheet.code.aload(sheet.slot(local.slot()));
        if (!sheet.assigned.get(local.slot())) {
            variable(local.at(), local.name(), "local", 4);
            // or it has failed
            sheet.assigned.set(local.slot());
        }
    }

    private void variable(int at, String name, String act, int parameters) {
        sheet.here(at);
        sheet.text(name);
        sheet.act(act, parameters);
    }

    private void unary(Expr operand, String act, int at) {
        value(operand);
        sheet.here(at);
        sheet.act(act, 3);
    }

    private void small(Expr left, long right, String act, int at) {
        value(left);
        sheet.code.loadConstant(right);
        sheet.here(at);
        sheet.act(act, 4);
    }

    private void operator(Expr left, Expr right, String act, int at) {
        two(left, right);
        sheet.here(at);
        sheet.act(act, 4);
    }

    /** Pushes two values. */
    void two(Expr left, Expr right) {
        value(left);
        if (simple(right)) {
            value(right);
            return;
        }
        int kept = sheet.keepTop();
        value(right);
        sheet.code.aload(kept).swap();
        sheet.forget(kept);
    }

    /** Pushes them all. */
    void several(Expr... all) {
        int[] kept = new int[all.length];
        for (int i = 0; i < all.length; i++) {
            value(all[i]);
            kept[i] = sheet.keepTop();
        }
        for (int each : kept) {
            sheet.code.aload(each);
        }
        if (kept.length > 0) {
            sheet.forget(kept[0]);
        }
    }

    /** Pushes an array of them. */
    void array(Expr... items) {
        sheet.code.loadConstant(items.length).anewarray(Types.OBJECT);
        if (items.length == 0) {
            return;
        }
        int array = sheet.keepTop();
        for (int i = 0; i < items.length; i++) {
            element(array, i, items[i]);
        }
        sheet.code.aload(array);
        sheet.forget(array);
    }

    private void element(int array, int index, Expr item) {
        if (simple(item)) {
            sheet.code.aload(array).loadConstant(index);
            value(item);
            sheet.code.aastore();
            return;
        }
        value(item);
        int kept = sheet.keepTop();
        sheet.code.aload(array).loadConstant(index).aload(kept).aastore();
        sheet.forget(kept);
    }

    private void dict(Builds.DictOf dict) {
        sheet.allocate(64 + 60L * dict.keys().length);
        sheet.code.aload(0).loadConstant(dict.keys().length);
        sheet.act("dict", 2);
        int made = sheet.keepTop();
        for (int i = 0; i < dict.keys().length; i++) {
            value(dict.keys()[i]);
            int key = sheet.keepTop();
            value(dict.values()[i]);
            int value = sheet.keepTop();
            sheet.code.aload(made).aload(key).aload(value);
            sheet.here(dict.at());
            sheet.act("enter", 5);
            sheet.forget(key);
        }
        sheet.code.aload(made);
        sheet.forget(made);
    }

    private void closure(Builds.Closure closure) {
        int[] captures = closure.captures();
        sheet.allocate(64 + 8L * (closure.standards().length + captures.length));
        array(closure.standards());
        sheet.code.loadConstant(captures.length).anewarray(Types.CELL);
        for (int i = 0; i < captures.length; i++) {
            sheet.code.dup().loadConstant(i);
            if (captures[i] >= 0) {
                sheet.code.aload(sheet.slot(captures[i])).checkcast(Types.CELL);
            } else {
                sheet.code.aload(sheet.free()).loadConstant(~captures[i]).aaload();
            }
            sheet.code.aastore();
        }
        sheet.pool.push(sheet.code, closure.code(), Code.class);
        sheet.code.aload(sheet.globals());
        sheet.act("closure", 4);
    }

    /** Pushes the left value if its truth is this one, and the right one otherwise. */
    private void either(Expr left, Expr right, boolean truth) {
        Label end = sheet.label();
        int kept = sheet.keep();
        value(left);
        sheet.code.dup().astore(kept);
        sheet.act("truth", 1);
        if (truth) {
            sheet.code.ifne(end);
        } else {
            sheet.code.ifeq(end);
        }
        sheet.maybe(() -> value(right));
        sheet.code.astore(kept);
        sheet.bind(end);
        sheet.code.aload(kept);
        sheet.forget(kept);
    }
}
