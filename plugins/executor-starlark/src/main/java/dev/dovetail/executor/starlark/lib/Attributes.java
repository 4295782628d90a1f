package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Foreign;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Octets;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.StarSet;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Values;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What comes after a dot: fields of structs and of the embedder's values, and methods of the other types. */
public final class Attributes {
    private static final Map<String, Method> STRING = table(StringMethods.ALL, StringSplits.ALL, StringTests.ALL);
    private static final Map<String, Method> LIST = table(ListMethods.ALL);
    private static final Map<String, Method> DICT = table(DictMethods.ALL);
    private static final Map<String, Method> SET = table(SetMethods.ALL);
    private static final Map<String, Method> BYTES =
            table(List.of(new Method("elems()", (run, self, _) -> Universe.elements(run, (Octets) self))));
    private static final Map<String, Method> STRUCT = table(StructMethods.ALL);

    private Attributes() {}

    @SafeVarargs
    private static Map<String, Method> table(List<Method>... lists) {
        Map<String, Method> table = new HashMap<>();
        for (List<Method> list : lists) {
            list.forEach(method -> table.put(method.name(), method));
        }
        return table;
    }

    private static Map<String, Method> methods(Object value) {
        return switch (value) {
            case String _ -> STRING;
            case StarList _ -> LIST;
            case Dict _ -> DICT;
            case StarSet _ -> SET;
            case Struct _ -> STRUCT;
            case Octets _ -> BYTES;
            default -> Map.of();
        };
    }

    /** The method, or {@link Method#NONE} if the value has none of this name or a field instead. */
    public static Method method(Object self, String name) {
        if (self instanceof Struct struct && struct.fields().findText(name) >= 0) {
            return Method.NONE;
        }
        return methods(self).getOrDefault(name, Method.NONE);
    }

    /** The methods of this name. */
    public static MethodName named(String name) {
        return new MethodName(
                name,
                STRING.getOrDefault(name, Method.NONE),
                LIST.getOrDefault(name, Method.NONE),
                DICT.getOrDefault(name, Method.NONE),
                SET.getOrDefault(name, Method.NONE),
                STRUCT.getOrDefault(name, Method.NONE),
                BYTES.getOrDefault(name, Method.NONE));
    }

    /** The attribute, or {@link Builtin#ABSENT}. */
    public static Object find(Object self, String name) {
        if (self instanceof Struct struct) {
            int entry = struct.fields().findText(name);
            if (entry >= 0) {
                return struct.fields().value(entry);
            }
        } else if (self instanceof Foreign foreign) {
            return foreign.attribute(name).orElse(Builtin.ABSENT);
        }
        Method method = methods(self).get(name);
        return method == null ? Builtin.ABSENT : method.on(self);
    }

    public static Object of(Object self, String name) {
        Object found = find(self, name);
        if (found == Builtin.ABSENT && self instanceof Struct struct && struct.isOpen()) {
            return None.NONE;
        }
        if (found == Builtin.ABSENT) {
            throw new Failure(Failure.Kind.ATTRIBUTE, missing(self, name));
        }
        return found;
    }

    private static String missing(Object self, String name) {
        Collection<String> names = names(self);
        String message = Values.type(self) + " has no \"" + name + "\"";
        if (self instanceof Dict dict && dict.findText(name) >= 0) {
            return message + "; a dict's entry is read with [\"" + name + "\"]";
        }
        List<String> some = names.stream().limit(12).toList();
        return some.isEmpty()
                ? message
                : message + "; it has " + String.join(", ", some) + (names.size() > some.size() ? ", ..." : "");
    }

    /** All there are, sorted. */
    static Collection<String> names(Object self) {
        TreeSet<String> names = new TreeSet<>();
        if (self instanceof Struct struct) {
            for (Object key : struct.fields().keys()) {
                names.add((String) key);
            }
            return names;
        }
        if (self instanceof Foreign foreign) {
            names.addAll(foreign.attributes());
        }
        names.addAll(methods(self).keySet());
        return names;
    }
}
