package dev.dovetail.function.worker;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Makes values of the types that code asks for of what JSON was read into. */
final class Binding {
    private Binding() {}

    /**
     * @param path where the value is, for people; empty at the top
     * @throws IllegalArgumentException that says where which type was expected
     */
    static Object to(Object json, Type type, String path) {
        Class<?> raw = raw(type);
        if (raw == Object.class) {
            return json;
        }
        if (raw == Optional.class) {
            return json == null ? Optional.empty() : Optional.of(to(json, argument(type, 0), path));
        }
        if (json == null) {
            if (raw.isPrimitive()) {
                throw wrong(path, "null", raw.getName());
            }
            return null;
        }
        Class<?> boxed = Scalars.boxed(raw);
        if (Number.class.isAssignableFrom(boxed) || boxed == Character.class || boxed == Boolean.class) {
            return Scalars.simple(json, boxed, path);
        }
        if (json instanceof String) {
            return text((String) json, boxed, path);
        }
        if (json instanceof List) {
            return list((List<?>) json, type, raw, path);
        }
        if (json instanceof Map) {
            return map((Map<?, ?>) json, type, raw, path);
        }
        throw wrong(path, Scalars.shown(json), raw.getSimpleName());
    }

    static IllegalArgumentException wrong(String path, String found, String expected) {
        String where = path.isEmpty() ? "the input" : path.replaceFirst("^\\.", "");
        return new IllegalArgumentException(where + " is " + found + "; expected " + expected);
    }

    static Class<?> raw(Type type) {
        if (type instanceof Class) {
            return (Class<?>) type;
        }
        if (type instanceof ParameterizedType) {
            return (Class<?>) ((ParameterizedType) type).getRawType();
        }
        if (type instanceof GenericArrayType) {
            return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0)
                    .getClass();
        }
        if (type instanceof WildcardType) {
            return raw(((WildcardType) type).getUpperBounds()[0]);
        }
        return type instanceof TypeVariable ? raw(((TypeVariable<?>) type).getBounds()[0]) : Object.class;
    }

    private static Type argument(Type type, int index) {
        return type instanceof ParameterizedType
                ? ((ParameterizedType) type).getActualTypeArguments()[index]
                : Object.class;
    }

    private static Object text(String text, Class<?> type, String path) {
        try {
            if (type.isAssignableFrom(String.class)) {
                return text;
            }
            if (type.isEnum()) {
                for (Object each : type.getEnumConstants()) {
                    if (((Enum<?>) each).name().equals(text)) {
                        return each;
                    }
                }
                throw wrong(path, "\"" + text + "\"", "one of " + List.of(type.getEnumConstants()));
            }
            switch (type.getName()) {
                case "java.time.Instant":
                    return Instant.parse(text);
                case "java.time.LocalDate":
                    return LocalDate.parse(text);
                case "java.time.LocalDateTime":
                    return LocalDateTime.parse(text);
                case "java.time.OffsetDateTime":
                    return OffsetDateTime.parse(text);
                case "java.time.Duration":
                    return Duration.parse(text);
                case "java.util.UUID":
                    return UUID.fromString(text);
                default:
                    throw wrong(path, "\"" + text + "\"", type.getSimpleName());
            }
        } catch (DateTimeParseException e) {
            throw wrong(path, "\"" + text + "\"", type.getSimpleName());
        }
    }

    private static Object list(List<?> json, Type type, Class<?> raw, String path) {
        if (raw.isArray()) {
            Type component = type instanceof GenericArrayType
                    ? ((GenericArrayType) type).getGenericComponentType()
                    : raw.getComponentType();
            Object array = Array.newInstance(raw.getComponentType(), json.size());
            for (int i = 0; i < json.size(); i++) {
                Array.set(array, i, to(json.get(i), component, path + "[" + i + "]"));
            }
            return array;
        }
        Collection<Object> made;
        if (raw.isAssignableFrom(ArrayList.class)) {
            made = new ArrayList<>();
        } else if (raw.isAssignableFrom(LinkedHashSet.class) || raw == HashSet.class || raw == Set.class) {
            made = new LinkedHashSet<>();
        } else {
            throw wrong(path, "an array", raw.getSimpleName());
        }
        int index = 0;
        for (Object each : json) {
            made.add(to(each, argument(type, 0), path + "[" + index++ + "]"));
        }
        return made;
    }

    private static Object map(Map<?, ?> json, Type type, Class<?> raw, String path) {
        if (raw.isAssignableFrom(LinkedHashMap.class)) {
            Map<Object, Object> made = new LinkedHashMap<>();
            Type key = argument(type, 0);
            json.forEach((name, value) -> made.put(
                    raw(key) == Object.class ? name : Scalars.key((String) name, raw(key), path),
                    to(value, argument(type, 1), path + "." + name)));
            return made;
        }
        if (raw.getName().startsWith("java.")) {
            throw wrong(path, "an object", raw.getSimpleName());
        }
        try {
            return Beans.isRecord(raw) ? record(json, type, raw, path) : bean(json, type, raw, path);
        } catch (NoSuchMethodException e) {
            throw wrong(path, "an object", raw.getName() + ", which has no constructor without parameters");
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw new IllegalArgumentException(raw.getName() + " cannot be made", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(raw.getName() + " cannot be made: " + e, e);
        }
    }

    private static Object record(Map<?, ?> json, Type type, Class<?> raw, String path)
            throws ReflectiveOperationException {
        List<Object> values = new ArrayList<>();
        for (Field component : Beans.components(raw)) {
            String name = component.getName();
            values.add(to(json.get(name), Types.in(component.getGenericType(), type), path + "." + name));
        }
        return Beans.canonical(raw).newInstance(values.toArray());
    }

    private static Object bean(Map<?, ?> json, Type type, Class<?> raw, String path)
            throws ReflectiveOperationException {
        Constructor<?> constructor = raw.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object made = constructor.newInstance();
        Map<String, Beans.Slot> slots = Beans.slots(raw);
        for (Map.Entry<?, ?> each : json.entrySet()) {
            Beans.Slot slot = slots.get(each.getKey());
            if (slot != null) { // what a class does not know is passed over
                slot.set(made, to(each.getValue(), Types.in(slot.type(), type), path + "." + each.getKey()));
            }
        }
        return made;
    }
}
