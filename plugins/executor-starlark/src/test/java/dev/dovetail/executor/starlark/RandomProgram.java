package dev.dovetail.executor.starlark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes programs at random that can be compiled: some return, some fail, many do odd things on the way. */
final class RandomProgram {
    private static final List<String> OPERATORS = List.of(
            "+", "-", "*", "//", "%", "/", "&", "|", "^", "<<", ">>", "==", "!=", "<", "<=", ">", ">=", "in", "not in",
            "and", "or", "+", "-", "+", "==", "<", "%");
    private static final List<String> AUGMENTED = List.of("+", "-", "*", "//", "%", "|", "&", "^", "+", "+");
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
    private static final List<String> LITERALS = List.of(
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

    private final Random random;
    private final StringBuilder out = new StringBuilder();
    private final List<String> functions = new ArrayList<>();
    private List<String> names = new ArrayList<>();
    /** In how many of a thousand expressions anything goes. */
    private final int wild;

    private int counter;
    private int loops;

    RandomProgram(Random random) {
        this.random = random;
        this.wild = List.of(0, 5, 20, 100).get(random.nextInt(4));
    }

    String text() {
        out.append("G = [10, 20, 30]\nH = {\"k\": 1}\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            String name = "f" + functions.size();
            define(name, "", 2 + random.nextInt(4));
            functions.add(name);
        }
        names = new ArrayList<>(List.of("input", "G", "H"));
        out.append("def main(input):\n");
        block("    ", 3 + random.nextInt(8), 2);
        out.append("    return ").append(listed()).append('\n');
        return out.toString();
    }

    private String listed() {
        return "["
                + String.join(
                        ", ",
                        names.stream().filter(each -> !functions.contains(each)).toList()) + "]";
    }

    private void define(String name, String indent, int statements) {
        List<String> outer = names;
        names = new ArrayList<>(outer);
        names.addAll(List.of("p", "q"));
        if (outer.isEmpty()) {
            names.addAll(List.of("G", "H"));
        }
        int outerLoops = loops;
        loops = 0;
        String parameters = switch (random.nextInt(4)) {
            case 0 -> "p, q = 3";
            case 1 -> "p, *q";
            case 2 -> "p = 1, q = [], **r";
            default -> "p, q";
        };
        out.append(indent)
                .append("def ")
                .append(name)
                .append('(')
                .append(parameters)
                .append("):\n");
        block(indent + "    ", statements, 1);
        out.append(indent).append("    return ").append(expression(2)).append('\n');
        names = outer;
        loops = outerLoops;
    }

    private void block(String indent, int statements, int depth) {
        for (int i = 0; i < statements; i++) {
            statement(indent, depth);
        }
    }

    private String fresh() {
        // now and then one that is there, or that is only assigned somewhere else
        if (random.nextInt(3) == 0 || random.nextInt(1_000) < wild) {
            List<String> own =
                    names.stream().filter(each -> each.startsWith("v")).toList();
            if (!own.isEmpty()) {
                return own.get(random.nextInt(own.size()));
            }
        }
        return "v" + counter++;
    }

    private void statement(String indent, int depth) {
        out.append(indent);
        switch (random.nextInt(depth > 0 ? 13 : 7)) {
            case 0, 1, 2 -> {
                String value = expression(3);
                String name = fresh();
                out.append(name).append(" = ").append(value).append('\n');
                know(name);
            }
            case 3 -> out.append(expression(3)).append('\n');
            case 4 -> {
                String name = variable("v");
                out.append(name)
                        .append(' ')
                        .append(pick(AUGMENTED))
                        .append("= ")
                        .append(expression(2));
                out.append('\n');
            }
            case 5 -> {
                String value = expression(2);
                String one = fresh();
                String other = fresh();
                boolean fits = random.nextInt(1_000) >= wild;
                out.append(one)
                        .append(", ")
                        .append(one.equals(other) ? "_" : other)
                        .append(" = ");
                out.append(fits ? "(" + value + ", " + expression(2) + ")" : value)
                        .append('\n');
                know(one);
                if (!one.equals(other)) {
                    know(other);
                }
            }
            case 6 -> {
                String list = "w" + counter++;
                out.append(list).append(" = [1, [2], {}]; ");
                know(list);
                String target = list + "[" + (random.nextInt(1_000) < wild ? expression(1) : "0") + "]";
                out.append(target).append(random.nextBoolean() ? " = " : " += ").append(expression(2));
                out.append('\n');
            }
            case 7, 8 -> {
                out.append("if ").append(expression(3)).append(":\n");
                int known = names.size();
                block(indent + "    ", 1 + random.nextInt(3), depth - 1);
                forget(known);
                jump(indent);
                if (random.nextBoolean()) {
                    out.append(indent).append("elif ").append(expression(2)).append(":\n");
                    block(indent + "    ", 1, depth - 1);
                    forget(known);
                }
                if (random.nextBoolean()) {
                    out.append(indent).append("else:\n");
                    block(indent + "    ", 1 + random.nextInt(2), depth - 1);
                    forget(known);
                }
            }
            case 9, 10 -> {
                String name = fresh();
                out.append("for ")
                        .append(name)
                        .append(" in ")
                        .append(iterable())
                        .append(":\n");
                int known = names.size();
                know(name);
                loops++;
                block(indent + "    ", 1 + random.nextInt(3), depth - 1);
                jump(indent);
                loops--;
                forget(known);
            }
            case 11 -> {
                String name = "g" + counter++;
                out.setLength(out.length() - indent.length());
                define(name, indent, 1 + random.nextInt(3));
                know(name);
            }
            default -> out.append("pass\n");
        }
    }

    /** Ends the block above, sometimes. */
    private void jump(String indent) {
        if (loops > 0 && random.nextInt(3) == 0) {
            out.append(indent)
                    .append("    ")
                    .append(random.nextBoolean() ? "break" : "continue")
                    .append('\n');
        } else if (random.nextInt(12) == 0) {
            out.append(indent).append("    return ").append(expression(1)).append('\n');
        }
    }

    private void know(String name) {
        if (!names.contains(name)) {
            names.add(name);
        }
    }

    /** What was assigned in a block is perhaps not assigned after it; most of it is not used any more. */
    private void forget(int known) {
        while (names.size() > known && random.nextInt(1_000) >= wild) {
            names.removeLast();
        }
    }

    private String iterable() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> "range(" + (1 + random.nextInt(6)) + ")";
            case 2 -> "range(" + random.nextInt(4) + ", " + expression(1) + " % 9)";
            case 3 -> "[" + expression(1) + ", " + expression(1) + "]";
            case 4 -> "{\"x\": 1, \"y\": 2}";
            default -> random.nextInt(1_000) < wild ? expression(2) : "sorted([3, " + expression(1) + "])";
        };
    }

    private String variable(String prefix) {
        List<String> fitting =
                names.stream().filter(each -> each.startsWith(prefix)).toList();
        return fitting.isEmpty() ? own() : fitting.get(random.nextInt(fitting.size()));
    }

    /** A local that there may not be yet. */
    private String own() {
        String name = "v" + counter++;
        String value = random.nextInt(1_000) < wild ? pick(LITERALS) : "4";
        out.append(name).append(" = ").append(value).append("; ");
        know(name);
        return name;
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** An int from what are ints, unless it is time for something wild. */
    private String expression(int depth) {
        return random.nextInt(1_000) < wild ? wild(depth) : tame(depth);
    }

    private String tame(int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            List<String> ints = names.stream()
                    .filter(each -> each.startsWith("v") || each.equals("p"))
                    .toList();
            return ints.isEmpty() || random.nextInt(3) == 0
                    ? pick(List.of("0", "1", "2", "3", "-1", "9223372036854775807", "len(G)", "H[\"k\"]", "G[1]"))
                    : pick(ints);
        }
        String one = expression(depth - 1);
        String other = expression(depth - 1);
        return switch (random.nextInt(14)) {
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
            default -> functions.isEmpty() ? "len(str(" + one + "))" : pick(functions) + "(" + one + ", " + other + ")";
        };
    }

    private String wild(int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return names.isEmpty() || random.nextInt(3) == 0 ? pick(LITERALS) : pick(names);
        }
        return switch (random.nextInt(16)) {
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
            default -> "(" + expression(depth - 1) + ")[" + random.nextInt(3) + ":" + expression(0) + "]";
        };
    }

    private String call(int depth) {
        List<String> callable = names.stream()
                .filter(each -> each.startsWith("g") || each.startsWith("v"))
                .toList();
        String callee = !functions.isEmpty() && random.nextInt(3) > 0
                ? pick(functions)
                : callable.isEmpty() ? "len" : pick(callable);
        return switch (callee.equals("len") ? 0 : random.nextInt(5)) {
            case 0 -> callee + "(" + expression(depth - 1) + ")";
            case 1 -> callee + "(p = " + expression(depth - 1) + ")";
            case 2 -> callee + "(*[" + expression(depth - 1) + ", 1])";
            case 3 -> callee + "(1, **{\"q\": " + expression(depth - 1) + "})";
            default -> callee + "(" + expression(depth - 1) + ", " + expression(depth - 1) + ")";
        };
    }
}
