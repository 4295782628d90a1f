package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Expr;
import dev.dovetail.executor.starlark.eval.Logic;
import dev.dovetail.executor.starlark.eval.SmallInts;
import java.lang.classfile.Label;

/** Emits expressions whose truth is all that is asked. */
final class ConditionEmitter {
    private final Sheet sheet;
    private final ExpressionEmitter expressions;

    ConditionEmitter(Sheet sheet, ExpressionEmitter expressions) {
        this.sheet = sheet;
        this.expressions = expressions;
    }

    /** Jumps if the truth of the expression is this one. */
    void jump(Expr expression, boolean when, Label to) {
        switch (expression) {
            case Logic.Not(Expr operand) -> jump(operand, !when, to);
            case Logic.And(Expr left, Expr right) -> both(left, right, when, false, to);
            case Logic.Or(Expr left, Expr right) -> both(left, right, when, true, to);
            case Logic.Ordered ordered -> {
                order(ordered);
                ordered(ordered, when, to);
            }
            default -> {
                boolean same = truth(expression) == when;
                if (same) {
                    sheet.code.ifne(to);
                } else {
                    sheet.code.ifeq(to);
                }
            }
        }
    }

    /** @param decides what the left one alone decides with */
    private void both(Expr left, Expr right, boolean when, boolean decides, Label to) {
        if (when == decides) {
            jump(left, decides, to);
            sheet.maybe(() -> jump(right, when, to));
            return;
        }
        Label past = sheet.label();
        jump(left, decides, past);
        sheet.maybe(() -> jump(right, when, to));
        sheet.bind(past);
    }

    private void order(Logic.Ordered ordered) {
        expressions.two(ordered.left(), ordered.right());
        sheet.text(ordered.op());
        sheet.here(ordered.at());
        sheet.act("order", 5);
    }

    private void ordered(Logic.Ordered ordered, boolean when, Label to) {
        if (ordered.less() && ordered.same() == when) {
            // <= holds, or < does not
            if (when) {
                sheet.code.ifle(to);
            } else {
                sheet.code.ifge(to);
            }
        } else if (ordered.less()) {
            if (when) {
                sheet.code.iflt(to);
            } else {
                sheet.code.ifgt(to);
            }
        } else if (ordered.same() == when) {
            if (when) {
                sheet.code.ifge(to);
            } else {
                sheet.code.ifle(to);
            }
        } else if (when) {
            sheet.code.ifgt(to);
        } else {
            sheet.code.iflt(to);
        }
    }

    /** Pushes 1 or 0. */
    void flag(Expr expression) {
        if (expression instanceof Logic.Ordered || expression instanceof Logic.Not) {
            Label no = sheet.label();
            Label end = sheet.label();
            jump(expression, false, no);
            sheet.code.iconst_1().goto_(end);
            sheet.bind(no);
            sheet.code.iconst_0();
            sheet.bind(end);
        } else if (!truth(expression)) {
            sheet.code.iconst_1().ixor();
        }
    }

    /** Pushes 1 or 0, and answers whether 1 stands for truth. */
    private boolean truth(Expr expression) {
        switch (expression) {
            case SmallInts.Equal(Expr left, long right, boolean wanted) -> {
                expressions.value(left);
                sheet.code.loadConstant(right).aload(0);
                sheet.act("equalSmall", 3);
                return wanted;
            }
            case Logic.Equal(Expr left, Expr right, boolean wanted, int at) -> {
                expressions.two(left, right);
                sheet.here(at);
                sheet.act("equal", 4);
                return wanted;
            }
            case Logic.In(Expr item, Expr container, boolean wanted, int at) -> {
                expressions.two(item, container);
                sheet.here(at);
                sheet.act("in", 4);
                return wanted;
            }
            default -> {
                expressions.value(expression);
                sheet.act("truth", 1);
                return true;
            }
        }
    }
}
