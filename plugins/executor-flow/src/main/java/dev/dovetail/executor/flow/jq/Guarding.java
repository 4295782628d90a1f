package dev.dovetail.executor.flow.jq;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;

/**
 * Puts a {@link Guard} before every part of a compiled expression, and finds out what it refers to. The library has no place
 * to put one: its parts are private fields, which this sets by reflection. The tests hold it to finding all of them.
 */
final class Guarding {
    private static final String LIBRARY = "net.thisptr.jackson.jq.";

    /** Those that hand on what there is already. */
    private static final Set<String> LEAVES = Set.of(
            "ThisObject",
            "VariableAccess",
            "BooleanLiteral",
            "DoubleLiteral",
            "LongLiteral",
            "NullLiteral",
            "StringLiteral");

    private static final Set<String> MAKERS = Set.of(
            "ArrayConstruction",
            "ObjectConstruction",
            "FunctionCall",
            "StringInterpolation",
            "FormattingFilter",
            "NegativeExpression");

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Functions that are called, each with a slash and its number of arguments. */
    final Set<String> calls = new HashSet<>();

    /** Functions that are defined here, and parameters, which are called alike. */
    final Set<String> definitions = new HashSet<>();

    final Set<String> variables = new HashSet<>();
    final Set<String> bound = new HashSet<>();

    Expression guarded(Expression part) {
        return guarded(part, false);
    }

    private Expression guarded(Expression part, boolean gathered) {
        walk(part);
        String name = part.getClass().getSimpleName();
        if (LEAVES.contains(name)) {
            return part;
        }
        boolean makes = MAKERS.contains(name) || part.getClass().getName().contains(".binaryop.");
        return new Guard(part, makes, gathered);
    }

    /** Guards all that is inside of an object of the library's. */
    void walk(Object object) {
        if (!seen.add(object)) {
            return;
        }
        note(object);
        boolean gathers = object.getClass().getSimpleName().equals("ArrayConstruction");
        for (Field field : fields(object.getClass())) {
            Object value = read(field, object);
            switch (value) {
                case Guard _ -> {}
                case Expression part
                when field.getType().isAssignableFrom(Guard.class) -> write(field, object, guarded(part, gathers));
                case BinaryOperator operator -> write(field, object, new Checked(operator));
                case List<?> list
                when field.getGenericType().getTypeName().endsWith("<" + Expression.class.getName() + ">") -> {
                    List<Expression> parts = new ArrayList<>();
                    list.forEach(part -> parts.add(part == null ? null : guarded((Expression) part)));
                    write(field, object, parts);
                }
                case List<?> list -> list.forEach(this::walkIfOurs);
                case null -> {}
                default -> walkIfOurs(value);
            }
        }
    }

    private void walkIfOurs(Object value) {
        if (value != null
                && value.getClass().getName().startsWith(LIBRARY)
                && !(value instanceof Scope)
                && !value.getClass().isEnum()) {
            walk(value);
        }
    }

    private void note(Object object) {
        switch (object.getClass().getSimpleName()) {
            case "FunctionCall" -> calls.add(text(object, "name") + "/" + ((List<?>) read(object, "args")).size());
            case "FunctionDefinition" -> {
                List<?> parameters = (List<?>) read(object, "args");
                definitions.add(text(object, "fname") + "/" + parameters.size());
                for (Object each : parameters) {
                    String name = (String) each;
                    if (name.startsWith("$")) {
                        bound.add(name.substring(1));
                    } else {
                        definitions.add(name + "/0");
                    }
                }
            }
            case "VariableAccess", "VariableKeyFieldConstruction" -> variables.add(text(object, "name"));
            case "ValueMatcher" -> bound.add(text(object, "name"));
            case "FieldMatcher" -> bindDollar(object);
            case "ImportStatement", "ModuleDirective" -> calls.add("import/0");
            default -> {}
        }
    }

    /** A pattern such as {@code {$a}} binds what its name says. */
    private void bindDollar(Object matcher) {
        for (Field field : fields(matcher.getClass())) {
            if (read(field, matcher) instanceof Expression name) {
                bound.add(name.toString().replace("\"", "").replace("$", ""));
            }
        }
    }

    private static String text(Object object, String field) {
        return (String) read(object, field);
    }

    private static Object read(Object object, String name) {
        for (Field field : fields(object.getClass())) {
            if (field.getName().equals(name)) {
                return read(field, object);
            }
        }
        throw new IllegalStateException("The jq library's " + object.getClass() + " has no " + name);
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Field field, Object object, Object value) {
        try {
            field.set(object, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
