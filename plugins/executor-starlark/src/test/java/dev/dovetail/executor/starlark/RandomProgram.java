package dev.dovetail.executor.starlark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes programs at random that can be compiled: some return, some fail, many do odd things on the way. */
final class RandomProgram {
    private static final List<String> AUGMENTED = List.of("+", "-", "*", "//", "%", "|", "&", "^", "+", "+");

    final Random random;
    private final StringBuilder out = new StringBuilder();
    final List<String> functions = new ArrayList<>();
    List<String> names = new ArrayList<>();
    /** In how many of a thousand expressions anything goes. */
    final int wild;

    private final RandomExpressions expressions = new RandomExpressions(this);
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
        out.append(indent)
                .append("    return ")
                .append(expressions.expression(2))
                .append('\n');
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
                String value = expressions.expression(3);
                String name = fresh();
                out.append(name).append(" = ").append(value).append('\n');
                know(name);
            }
            case 3 -> out.append(expressions.expression(3)).append('\n');
            case 4 -> {
                String name = variable("v");
                out.append(name)
                        .append(' ')
                        .append(expressions.pick(AUGMENTED))
                        .append("= ")
                        .append(expressions.expression(2));
                out.append('\n');
            }
            case 5 -> {
                String value = expressions.expression(2);
                String one = fresh();
                String other = fresh();
                boolean fits = random.nextInt(1_000) >= wild;
                out.append(one)
                        .append(", ")
                        .append(one.equals(other) ? "_" : other)
                        .append(" = ");
                out.append(fits ? "(" + value + ", " + expressions.expression(2) + ")" : value)
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
                String target = list + "[" + (random.nextInt(1_000) < wild ? expressions.expression(1) : "0") + "]";
                out.append(target).append(random.nextBoolean() ? " = " : " += ").append(expressions.expression(2));
                out.append('\n');
            }
            case 7, 8 -> {
                out.append("if ").append(expressions.expression(3)).append(":\n");
                int known = names.size();
                block(indent + "    ", 1 + random.nextInt(3), depth - 1);
                forget(known);
                jump(indent);
                if (random.nextBoolean()) {
                    out.append(indent)
                            .append("elif ")
                            .append(expressions.expression(2))
                            .append(":\n");
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
                        .append(expressions.iterable())
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
            out.append(indent)
                    .append("    return ")
                    .append(expressions.expression(1))
                    .append('\n');
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

    private String variable(String prefix) {
        List<String> fitting =
                names.stream().filter(each -> each.startsWith(prefix)).toList();
        return fitting.isEmpty() ? own() : fitting.get(random.nextInt(fitting.size()));
    }

    /** A local that there may not be yet. */
    private String own() {
        String name = "v" + counter++;
        String value = random.nextInt(1_000) < wild ? expressions.pick(RandomExpressions.LITERALS) : "4";
        out.append(name).append(" = ").append(value).append("; ");
        know(name);
        return name;
    }
}
