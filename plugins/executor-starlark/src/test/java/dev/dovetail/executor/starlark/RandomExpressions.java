package dev.dovetail.executor.starlark;

import java.util.List;

/** Makes the expressions of a random program. */
final class RandomExpressions {
    private static final List<String> OPERATORS = List.of(
            "+", "-", "*", "//", "%", "/", "&", "|", "^", "<<", ">>", "==", "!=", "<", "<=", ">", ">=", "in", "not in",
            "and", "or", "+", "-", "+", "==", "<", "%");
    private static final List<String> METHODS = List.of(
            "upper()",
            "split(\" \")",
            "strip()",
            "append(1)",
            "pop()",
            "get(\"d\", 7)",
            "keys()",
            "items()",
            "values()",
            "startswith(\"t\")",
            "join([\"a\", \"b\"])",
            "index(1)",
            "update([(\"k\", 2)])",
            "format(1, x = 2)",
            "setdefault(\"z\", [])",
            "nothing()",
            "replace(\"t\", \"u\")",
            "extend([4, 5])",
            "d",
            "a");
    static final List<String> LITERALS = List.of(
            "0",
            "1",
            "2",
            "-1",
            "7",
            "3.5",
            "\"\"",
            "\"text\"",
            "\"%s-%s\"",
            "None",
            "True",
            "False",
            "[]",
            "{}",
            "()",
            "[1, 2, 3]",
            "{\"d\": 1, \"e\": [2]}",
            "(1, \"x\")",
            "9223372036854775807",
            "1 << 70",
            "range(4)",
            "set([1, 2])",
            "b\"ab\"",
            "struct(a = 1, d = \"q\")");

    private final RandomProgram program;

    RandomExpressions(RandomProgram program) {
        this.program = program;
    }

    String iterable() {
        return switch (program.random.nextInt(6)) {
            case 0, 1 -> "range(" + (1 + program.random.nextInt(6)) + ")";
            case 2 -> "range(" + program.random.nextInt(4) + ", " + expression(1) + " % 9)";
            case 3 -> "[" + expression(1) + ", " + expression(1) + "]";
            case 4 -> "{\"x\": 1, \"y\": 2}";
            default ->
                program.random.nextInt(1_000) < program.wild ? expression(2) : "sorted([3, " + expression(1) + "])";
        };
    }

    <T> T pick(List<T> all) {
        return all.get(program.random.nextInt(all.size()));
    }

    /** An int from what are ints, unless it is time for something wild. */
    String expression(int depth) {
        return program.random.nextInt(1_000) < program.wild ? wild(depth) : tame(depth);
    }

    private String tame(int depth) {
        if (depth == 0 || program.random.nextInt(6) == 0) {
            List<String> ints = program.names.stream()
                    .filter(each -> each.startsWith("v") || each.equals("p"))
                    .toList();
            return ints.isEmpty() || program.random.nextInt(3) == 0
                    ? pick(List.of("0", "1", "2", "3", "-1", "9223372036854775807", "len(G)", "H[\"k\"]", "G[1]"))
                    : pick(ints);
        }
        String one = expression(depth - 1);
        String other = expression(depth - 1);
        return switch (program.random.nextInt(14)) {
            case 0, 1, 2 -> "(" + one + " " + pick(List.of("+", "-", "*", "&", "|", "^")) + " " + other + ")";
            case 3 -> "(" + one + pick(List.of(" % 7", " // 3", " % -5", " + 1", " - 2", " << 2")) + ")";
            case 4 -> "(" + one + " % " + other + " if " + other + " else " + one + ")";
            case 5 ->
                "(" + one + " if " + other + " " + pick(List.of("<", "==", "!=", ">=", "> 2 or 1 <", "== 1 and 2 >"))
                        + " " + one + " else " + other + ")";
            case 6 -> "[" + one + ", " + other + ", 5][" + one + " % 3]";
            case 7 -> "len([x for x in range(" + one + " % 5) if x != " + other + "])";
            case 8 -> "{\"a\": " + one + ", \"b\": " + other + "}[\"" + pick(List.of("a", "b")) + "\"]";
            case 9 -> "struct(a = " + one + ").a";
            case 10 -> "{\"a\": " + one + "}.get(\"" + pick(List.of("a", "b")) + "\", " + other + ")";
            case 11 -> "(lambda x, y = 2: x + y + " + one + ")(" + other + ")";
            case 12 -> "sorted([" + one + ", " + other + "], key = lambda x: -x)[0]";
            default ->
                program.functions.isEmpty()
                        ? "len(str(" + one + "))"
                        : pick(program.functions) + "(" + one + ", " + other + ")";
        };
    }

    private String wild(int depth) {
        if (depth == 0 || program.random.nextInt(6) == 0) {
            return program.names.isEmpty() || program.random.nextInt(3) == 0 ? pick(LITERALS) : pick(program.names);
        }
        return switch (program.random.nextInt(16)) {
            case 0, 1, 2, 3, 4 ->
                "(" + expression(depth - 1) + " " + pick(OPERATORS) + " " + expression(depth - 1) + ")";
            case 5 -> "(" + expression(depth - 1) + ")[" + expression(depth - 1) + "]";
            case 6 -> "(" + expression(depth - 1) + ")." + pick(METHODS);
            case 7 -> "[" + expression(depth - 1) + ", " + expression(depth - 1) + "]";
            case 8 -> "{\"k\": " + expression(depth - 1) + ", " + expression(depth - 1) + ": 2}";
            case 9 ->
                "(" + expression(depth - 1) + " if " + expression(depth - 1) + " else " + expression(depth - 1) + ")";
            case 10 -> "[(c, " + expression(depth - 1) + ") for c in " + iterable() + " if c != " + expression(0) + "]";
            case 11 -> "{str(c): " + expression(depth - 1) + " for c, _ in enumerate(" + iterable() + ")}";
            case 12 -> "(lambda x, y = 2: (x, y, " + expression(depth - 1) + "))(" + expression(depth - 1) + ")";
            case 13 -> call(depth);
            case 14 ->
                "(" + pick(List.of("len", "str", "type", "bool", "list", "sorted", "repr", "not ", "-")) + "("
                        + expression(depth - 1) + "))";
            default -> "(" + expression(depth - 1) + ")[" + program.random.nextInt(3) + ":" + expression(0) + "]";
        };
    }

    private String call(int depth) {
        List<String> callable = program.names.stream()
                .filter(each -> each.startsWith("g") || each.startsWith("v"))
                .toList();
        String callee = !program.functions.isEmpty() && program.random.nextInt(3) > 0
                ? pick(program.functions)
                : callable.isEmpty() ? "len" : pick(callable);
        return switch (callee.equals("len") ? 0 : program.random.nextInt(5)) {
            case 0 -> callee + "(" + expression(depth - 1) + ")";
            case 1 -> callee + "(p = " + expression(depth - 1) + ")";
            case 2 -> callee + "(*[" + expression(depth - 1) + ", 1])";
            case 3 -> callee + "(1, **{\"q\": " + expression(depth - 1) + "})";
            default -> callee + "(" + expression(depth - 1) + ", " + expression(depth - 1) + ")";
        };
    }
}
