package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Calls;
import dev.dovetail.executor.starlark.eval.Expr;
import dev.dovetail.executor.starlark.eval.Variables;
import dev.dovetail.executor.starlark.lib.Attributes;
import dev.dovetail.executor.starlark.lib.MethodName;
import dev.dovetail.executor.starlark.value.Builtin;
import java.util.HashMap;
import java.util.Map;

/** Emits calls. */
final class CallEmitter {
    /** So many arguments at most are passed one by one. */
    private static final int FEW = 3;

    private final Sheet sheet;
    private final ExpressionEmitter expressions;
    private final Map<String, MethodName> names = new HashMap<>();

    CallEmitter(Sheet sheet, ExpressionEmitter expressions) {
        this.sheet = sheet;
        this.expressions = expressions;
    }

    void call(Calls.Call call) {
        Expr[] given = call.arguments().positional();
        if (!call.plain()) {
            expressions.value(call.function());
            sheet.here(call.at());
            sheet.act("callable", 3);
            withNames(sheet.keepTop(), call.arguments(), call.at());
        } else if (call.function() instanceof Variables.Constant(Builtin builtin)) {
            if (!simple(given)) {
                sheet.note(call.at());
            }
            expressions.array(given);
            sheet.pool.push(sheet.code, builtin, Builtin.class);
            sheet.here(call.at());
            sheet.act("builtin", 4);
        } else {
            plain(call, given);
        }
    }

    private boolean simple(Expr[] all) {
        for (Expr each : all) {
            if (!expressions.simple(each)) {
                return false;
            }
        }
        return true;
    }

    private void plain(Calls.Call call, Expr[] given) {
        expressions.value(call.function());
        int callee = sheet.keepTop();
        sheet.code.aload(callee).loadConstant(given.length);
        sheet.here(call.at());
        sheet.act("check", 4);
        if (given.length > FEW) {
            expressions.array(given);
            int arguments = sheet.keepTop();
            sheet.code.aload(callee).aload(arguments);
            sheet.here(call.at());
            sheet.act("callAll", 4);
        } else if (simple(given)) {
            sheet.code.aload(callee);
            for (Expr each : given) {
                expressions.value(each);
            }
            sheet.here(call.at());
            sheet.act("call", 3 + given.length);
        } else {
            int[] kept = new int[given.length];
            for (int i = 0; i < given.length; i++) {
                expressions.value(given[i]);
                kept[i] = sheet.keepTop();
            }
            sheet.code.aload(callee);
            for (int each : kept) {
                sheet.code.aload(each);
            }
            sheet.here(call.at());
            sheet.act("call", 3 + given.length);
        }
        sheet.forget(callee);
    }

    void method(Calls.MethodCall call) {
        expressions.value(call.object());
        int self = sheet.keepTop();
        sheet.code.aload(self);
        name(call.name());
        sheet.here(call.dot());
        if (!call.plain()) {
            sheet.act("bound", 4);
            withNames(sheet.keepTop(), call.arguments(), call.at());
        } else {
            sheet.act("other", 4);
            int other = sheet.keepTop();
            expressions.array(call.arguments().positional());
            int arguments = sheet.keepTop();
            sheet.code.aload(self).aload(other).aload(arguments);
            name(call.name());
            sheet.here(call.at());
            sheet.act("invoke", 6);
        }
        sheet.forget(self);
    }

    private void name(String name) {
        sheet.pool.push(sheet.code, names.computeIfAbsent(name, Attributes::named), MethodName.class);
    }

    /** Calls what is kept with arguments that have names or stars, and gives its local back. */
    private void withNames(int callee, Calls.Arguments arguments, int at) {
        expressions.array(arguments.positional());
        int positional = sheet.keepTop();
        sheet.code.loadConstant(2 * arguments.names().length).anewarray(Types.OBJECT);
        int named = sheet.keepTop();
        for (int i = 0; i < arguments.names().length; i++) {
            sheet.code.aload(named).loadConstant(2 * i);
            sheet.text(arguments.names()[i]);
            sheet.code.aastore();
            expressions.value(arguments.named()[i]);
            int kept = sheet.keepTop();
            sheet.code.aload(named).loadConstant(2 * i + 1).aload(kept).aastore();
            sheet.forget(kept);
        }
        arguments.rest().ifPresent(rest -> spread(rest, "withRest", positional, at));
        arguments.keywords().ifPresent(keywords -> spread(keywords, "withKeywords", named, at));
        sheet.code.aload(callee).aload(positional).aload(named);
        sheet.here(at);
        sheet.act("callNamed", 5);
        sheet.forget(callee);
    }

    private void spread(Expr what, String act, int onto, int at) {
        expressions.value(what);
        sheet.code.aload(onto);
        sheet.here(at);
        sheet.act(act, 4);
        sheet.code.astore(onto);
    }
}
