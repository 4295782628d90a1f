package dev.dovetail.executor.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;

/** The functions that expressions have: the library's, but for those that read the machine, know the time or cannot be stopped. */
final class Builtins {
    /** What is left out: each would answer differently when it is replayed, or tell of the kernel's process. */
    private static final Set<String> LEFT_OUT =
            Set.of("env/0", "now/0", "debug_scope/0", "_debug_scope/0", "builtins/0", "input_line_number/0");

    private final Scope scope = Scope.newEmptyScope();
    private final Set<String> names = new TreeSet<>();

    Builtins(Version version) {
        Map<String, Function> all = new HashMap<>(BuiltinFunctionLoader.getInstance()
                .listFunctions(BuiltinFunctionLoader.class.getClassLoader(), version, scope));
        all.keySet().removeIf(name -> LEFT_OUT.contains(name) || name.contains("debug"));
        all.put("_match_impl/3", new Patterns.Match());
        all.put("_sub_impl/3", new Patterns.Substitute());
        Guarding guarding = new Guarding();
        all.forEach((name, function) -> {
            guarding.walk(function);
            scope.addFunction(name, careful(name, function));
            if (!name.startsWith("_")) {
                names.add(name);
            }
        });
    }

    Scope scope() {
        return scope;
    }

    Set<String> names() {
        return names;
    }

    boolean has(String call) {
        return names.contains(call) || names.contains(call.substring(0, call.lastIndexOf('/')));
    }

    private static Function careful(String name, Function function) {
        return switch (name) {
            case "explode/0" -> beforehand(function, 24);
            case "split/1" -> beforehand(function, 80);
            case "fromjson/0" -> beforehand(function, 32);
            case "contains/1", "indices/1", "index/1", "rindex/1" -> new Product(function);
            case "implode/0" -> (scope, arguments, in, path, output, version) -> implode(in, output);
            case "setpath/2" -> new Indexes(function);
            default -> function;
        };
    }

    /** For functions that make so many bytes of each character. */
    private static Function beforehand(Function function, int bytes) {
        return (scope, arguments, in, path, output, version) -> {
            if (in.isTextual()) {
                Budget.CURRENT.get().room((double) bytes * in.textValue().length());
            }
            function.apply(scope, arguments, in, path, output, version);
        };
    }

    /** The library cuts what does not fit into 16 bits, without a word. */
    private static void implode(JsonNode in, PathOutput output) throws JsonQueryException {
        if (!in.isArray()) {
            throw new JsonQueryException("implode expects an array of the codes of characters");
        }
        Budget.CURRENT.get().room(4.0 * in.size());
        StringBuilder text = new StringBuilder(in.size());
        for (JsonNode each : in) {
            double code = each.isNumber() ? each.doubleValue() : -1;
            if (code != Math.rint(code) || code < 0 || code > Character.MAX_CODE_POINT || isSurrogate((int) code)) {
                throw new JsonQueryException("implode expects the codes of Unicode characters, but was given " + each);
            }
            text.appendCodePoint((int) code);
        }
        output.emit(TextNode.valueOf(text.toString()), null);
    }

    private static boolean isSurrogate(int code) {
        return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    }

    /** An argument that is evaluated already. */
    private static Expression constant(JsonNode value) {
        return (scope, in, path, output, requirePath) -> output.emit(value, null);
    }

    /** For functions that look for one value everywhere in another. */
    private record Product(Function function) implements Function {
        @Override
        public void apply(
                Scope scope, List<Expression> arguments, JsonNode in, Path path, PathOutput output, Version version)
                throws JsonQueryException {
            Budget budget = Budget.CURRENT.get();
            long here = budget.measure(in) >> 5;
            arguments.getFirst().apply(scope, in, sought -> {
                budget.step(Math.max(1, here * (budget.measure(sought) >> 5) / 256));
                function.apply(scope, List.of(constant(sought)), in, path, output, version);
            });
        }
    }

    /** For functions that fill arrays up to an index. */
    private record Indexes(Function function) implements Function {
        @Override
        public void apply(
                Scope scope, List<Expression> arguments, JsonNode in, Path path, PathOutput output, Version version)
                throws JsonQueryException {
            arguments.getFirst().apply(scope, in, keys -> {
                for (JsonNode key : keys) {
                    Guard.checkIndex(key);
                }
                function.apply(scope, List.of(constant(keys), arguments.get(1)), in, path, output, version);
            });
        }
    }
}
