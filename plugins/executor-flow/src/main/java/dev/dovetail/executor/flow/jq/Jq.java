package dev.dovetail.executor.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** A compiled expression. Immutable; may be evaluated by several threads at once. */
public final class Jq {
    private static final int LONGEST = 16_384;
    private static final int LONGEST_MESSAGE = 400;
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    private final String text;
    private final Expression expression;
    private final Set<String> variables;
    private final Language language;

    private Jq(String text, Expression expression, Set<String> variables, Language language) {
        this.text = text;
        this.variables = Set.copyOf(variables);
        this.expression = expression;
        this.language = language;
    }

    /** What an expression may be made of: its functions, compiled once. */
    public static final class Language {
        private final Builtins builtins = new Builtins(Versions.JQ_1_7);

        /** The names of the functions that there are, each with the number of its arguments where that matters. */
        Set<String> functions() {
            return builtins.names();
        }

        /**
         * @param variables those that there are where the expression stands, without dollar
         * @throws Wrong if it is no expression, or uses what there is not
         */
        public Jq compile(String text, Set<String> variables) throws Wrong {
            if (text.length() > LONGEST) {
                throw new Wrong("has " + text.length() + " characters; at most " + LONGEST + " are allowed");
            }
            Guarding guarding = new Guarding();
            Expression expression;
            try {
                expression = guarding.guarded(inside(JsonQuery.compile(text, Versions.JQ_1_7)));
            } catch (JsonQueryException e) {
                Throwable why = e.getCause() == null ? e : e.getCause();
                if (why instanceof NumberFormatException number) {
                    throw new Wrong(tooLarge(number));
                }
                throw new Wrong("is no jq expression: " + shortened(why.getMessage()));
            } catch (NumberFormatException e) {
                throw new Wrong(tooLarge(e));
            } catch (StackOverflowError e) {
                throw new Wrong("is nested too deeply");
            }
            check(guarding, variables);
            return new Jq(text, expression, guarding.variables, this);
        }

        private void check(Guarding found, Set<String> variables) throws Wrong {
            for (String call : new TreeSet<>(found.calls)) {
                if (!found.definitions.contains(call) && !builtins.has(call)) {
                    throw new Wrong(unknown(call));
                }
            }
            for (String name : new TreeSet<>(found.variables)) {
                if (!found.bound.contains(name) && !variables.contains(name)) {
                    Set<String> there = new TreeSet<>(variables);
                    throw new Wrong("uses $" + name + ", which is not known here; known are "
                            + String.join(
                                    ", ", there.stream().map(each -> "$" + each).toList()));
                }
            }
        }

        /** The library says of a whole number that it cannot hold only what Java does. */
        private static String tooLarge(NumberFormatException e) {
            Matcher digits = DIGITS.matcher(String.valueOf(e.getMessage()));
            return "has " + (digits.find() ? "the number " + shortened(digits.group()) : "a number")
                    + ", which is too large; expected a whole number up to " + Long.MAX_VALUE
                    + ", or one with a decimal point, such as 1.0e26";
        }

        private static String unknown(String call) {
            return switch (call) {
                case "now/0" ->
                    "uses now, which would differ when it is replayed; take $workflow.startedAt, or call dovetail.now";
                case "env/0" -> "uses env, which there is not; the function's environment is $ENV";
                case "import/0" -> "imports a module; expressions stand alone";
                default ->
                    "uses " + call
                            + ", which there is not: it defines none of that name, and of jq's functions not all are here"
                            + " (docs/functions.md lists them)";
            };
        }

        private static Expression inside(JsonQuery query) {
            try {
                Field field = JsonQuery.class.getDeclaredField("expr");
                field.setAccessible(true);
                return (Expression) field.get(query);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("The jq library is not the one that this was made for", e);
            }
        }
    }

    /** An expression that is not one, or that failed; in words that follow the expression's name. */
    public static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message);
        }
    }

    private static String shortened(String message) {
        String line = message == null
                ? "no reason given"
                : message.strip().lines().findFirst().orElse("");
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "...";
    }

    /**
     * The one value that it gives; null if it gives none.
     *
     * @throws Wrong if it fails or gives several
     * @throws Spent if the call is interrupted, or its budget used up
     */
    public JsonNode value(JsonNode in, Map<String, JsonNode> variables, Budget budget) throws Wrong {
        Scope scope = Scope.newChildScope(language.builtins.scope());
        variables.forEach(scope::setValue);
        try {
            return budget.during(() -> {
                List<JsonNode> values = new ArrayList<>(1);
                expression.apply(scope, in, value -> {
                    budget.step();
                    if (!values.isEmpty()) {
                        throw new JsonQueryException("it gives more than one value; put [ ] around it for an array");
                    }
                    finite(value, budget);
                    values.add(value);
                });
                return values.isEmpty() ? NullNode.getInstance() : values.getFirst();
            });
        } catch (JsonQueryException | Budget.TooDeep | IllegalArgumentException e) {
            throw new Wrong("failed: " + shortened(e.getMessage()));
        } catch (StackOverflowError e) {
            throw new Wrong("failed: it is evaluated too deeply inside of itself");
        }
    }

    private static void finite(JsonNode value, Budget budget) throws JsonQueryException {
        budget.step();
        if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            throw new JsonQueryException("it gives " + value.asText() + ", which JSON has no number for");
        }
        for (JsonNode each : value) {
            finite(each, budget);
        }
    }

    /** The names of those that it uses, without dollar; those that it binds itself may be among them. */
    public Set<String> variables() {
        return variables;
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }
}
