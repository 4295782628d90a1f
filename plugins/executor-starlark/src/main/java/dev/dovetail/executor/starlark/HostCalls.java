package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.host.HostFunctions;
import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Tree;
import dev.dovetail.executor.starlark.syntax.Walk;
import dev.dovetail.executor.starlark.value.Builtin;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks calls of the host's functions as far as they are written down: attributes of the context, arguments, timeouts. */
final class HostCalls {
    /** What literals parameters of these names take. */
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("url", "string"),
            Map.entry("callable_id", "string"),
            Map.entry("mode", "string"),
            Map.entry("label", "string"),
            Map.entry("level", "string"),
            Map.entry("name", "string"),
            Map.entry("timeout_ms", "int"),
            Map.entry("milliseconds", "int"),
            Map.entry("headers", "dict"),
            Map.entry("retry", "dict"),
            Map.entry("exit_on_http_error", "bool"),
            Map.entry("exit_on_error", "bool"),
            Map.entry("exit_on_first_error", "bool"),
            Map.entry("max_concurrency", "int"),
            Map.entry("event_type_id", "string"),
            Map.entry("event_filter_query", "string"),
            Map.entry("filter", "string"),
            Map.entry("job_id", "string"),
            Map.entry("topic", "string"),
            Map.entry("action", "string"),
            Map.entry("execution_id", "string"),
            Map.entry("module", "string"),
            Map.entry("function", "string"),
            Map.entry("fraction", "number"),
            Map.entry("value", "number"));

    private HostCalls() {}

    /** Checks a call of an {@code r_} function. */
    static void check(Tree.Call call, List<Flaw> flaws) {
        if (call.function() instanceof Tree.Name(int _, String name)
                && name.startsWith("r_")
                && HostFunctions.ALL.get(name) instanceof Builtin builtin) {
            arguments(call, builtin, flaws);
        }
    }

    /** Checks what a handler does with its context, unless it uses the name for something else. */
    static void checkContext(Tree.Function handler, String context, List<Flaw> flaws) {
        Walk.over(handler.body(), expression -> {
            if (expression instanceof Tree.Dot(int at, Tree.Expr object, String name) && is(object, context)) {
                if (!HostFunctions.contextHas(name)) {
                    flaws.add(unknown(context + "." + name, at));
                }
            } else if (expression instanceof Tree.Call call && call.function() instanceof Tree.Dot dot) {
                method(call, dot, context, flaws);
            }
        });
    }

    private static boolean is(Tree.Expr object, String context) {
        return object instanceof Tree.Name(int _, String text) && text.equals(context);
    }

    private static Flaw unknown(String what, int at) {
        return Flaw.of(
                "UNKNOWN_HELPER",
                "There is no " + what,
                at,
                "ctx has " + String.join(", ", HostFunctions.contextNames()));
    }

    private static void method(Tree.Call call, Tree.Dot dot, String context, List<Flaw> flaws) {
        if (is(dot.object(), context)) {
            HostFunctions.contextFunction(dot.name()).ifPresent(builtin -> complete(call, builtin, flaws));
        } else if (dot.object() instanceof Tree.Dot(int _, Tree.Expr object, String group) && is(object, context)) {
            Optional<Builtin> builtin = HostFunctions.contextFunction(group + "." + dot.name());
            builtin.ifPresent(found -> complete(call, found, flaws));
            if (builtin.isEmpty() && HostFunctions.contextGroup(group)) {
                flaws.add(unknown(context + "." + group + "." + dot.name(), dot.at()));
            }
        }
    }

    /** Checks number and names too, which nobody else does for a method. */
    private static void complete(Tree.Call call, Builtin builtin, List<Flaw> flaws) {
        List<Tree.Argument> given = call.arguments();
        if (given.stream().noneMatch(a -> a.star() == Tree.Star.ARGS || a.star() == Tree.Star.KWARGS)) {
            int positional =
                    (int) given.stream().filter(a -> a.star() == Tree.Star.NONE).count();
            List<String> named = given.stream()
                    .filter(a -> a.star() == Tree.Star.NAMED)
                    .map(Tree.Argument::name)
                    .toList();
            builtin.signature()
                    .complaint(positional, named)
                    .ifPresent(complaint -> flaws.add(Flaw.of("ARGUMENTS", complaint, call.at())));
        }
        arguments(call, builtin, flaws);
    }

    private static void arguments(Tree.Call call, Builtin builtin, List<Flaw> flaws) {
        List<String> parameters = builtin.signature().parameters();
        boolean timeout = !parameters.contains("url");
        int position = 0;
        for (Tree.Argument argument : call.arguments()) {
            switch (argument.star()) {
                case NONE -> {
                    if (position < parameters.size()) {
                        String parameter = parameters.get(position++);
                        timeout |= parameter.equals("timeout_ms");
                        literal(builtin, parameter, argument.value(), flaws);
                    }
                }
                case NAMED -> {
                    timeout |= argument.name().equals("timeout_ms");
                    if (parameters.contains(argument.name())) {
                        literal(builtin, argument.name(), argument.value(), flaws);
                    }
                }
                case ARGS, KWARGS -> timeout = true;
            }
        }
        if (!timeout) {
            flaws.add(new Flaw(
                    "MISSING_TIMEOUT",
                    builtin.name() + "() without a timeout waits up to 30 seconds",
                    call.at(),
                    Optional.of("add timeout_ms=5000"),
                    true));
        }
    }

    private static void literal(Builtin builtin, String parameter, Tree.Expr value, List<Flaw> flaws) {
        String expected = TYPES.getOrDefault(parameter, "");
        String found = typeOf(value);
        boolean fits = expected.isEmpty()
                || found.isEmpty()
                || found.equals(expected)
                || expected.equals("number") && (found.equals("int") || found.equals("float"))
                || found.equals("None")
                        && builtin.signature().parameters().indexOf(parameter)
                                >= builtin.signature().required();
        if (!fits) {
            String message = builtin.name() + "() takes " + (expected.equals("int") ? "an " : "a ") + expected + " for "
                    + parameter + ", not " + found;
            flaws.add(Flaw.of("ARGUMENT_TYPE", message, value.at()));
        }
        if (parameter.equals("mode")
                && value instanceof Tree.Literal(int at, String mode)
                && !mode.equals("sync")
                && !mode.equals("async")) {
            flaws.add(Flaw.of("ARGUMENT_TYPE", "Not a mode: \"" + mode + "\"; expected sync or async", at));
        }
        if (parameter.equals("event_type_id")
                && value instanceof Tree.Literal(int at, String id)
                && !HostFunctions.isTypeId(id)) {
            String message = "Not the id of an event type: \"" + id + "\"; expected gts....~";
            flaws.add(Flaw.of("ARGUMENT_TYPE", message, at));
        }
        if (parameter.equals("retry") && value instanceof Tree.DictOf(int _, List<Tree.Expr> keys, var _)) {
            List<String> known = HostFunctions.retryKeys(builtin);
            for (Tree.Expr each : keys) {
                if (each instanceof Tree.Literal(int at, String key) && !known.contains(key)) {
                    String message = "There is no \"" + key + "\" in the retry of " + builtin.name() + "()";
                    flaws.add(Flaw.of("ARGUMENT_TYPE", message, at, "it has " + String.join(", ", known)));
                }
            }
        }
    }

    /** The type of a literal, or nothing if it is not known before it runs. */
    static String typeOf(Tree.Expr value) {
        return switch (value) {
            case Tree.Literal(int _, Object literal) ->
                switch (literal) {
                    case String _ -> "string";
                    case Long _ -> "int";
                    case BigInteger _ -> "int";
                    case Double _ -> "float";
                    default -> "bytes";
                };
            case Tree.Sequence(int _, boolean list, List<Tree.Expr> _) -> list ? "list" : "tuple";
            case Tree.DictOf _ -> "dict";
            case Tree.Name(int _, String text) when text.equals("None") -> "None";
            case Tree.Name(int _, String text) when text.equals("True") || text.equals("False") -> "bool";
            case Tree.Lambda _ -> "function";
            default -> "";
        };
    }
}
