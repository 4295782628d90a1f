package dev.dovetail.function.worker;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Numbers, booleans and characters, and what maps may have as keys. */
final class Scalars {
    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            int.class, Integer.class,
            long.class, Long.class,
            double.class, Double.class,
            boolean.class, Boolean.class,
            float.class, Float.class,
            short.class, Short.class,
            byte.class, Byte.class,
            char.class, Character.class);

    private Scalars() {}

    static Class<?> boxed(Class<?> type) {
        return BOXES.getOrDefault(type, type);
    }

    static Object simple(Object json, Class<?> type, String path) {
        if (type == Boolean.class && json instanceof Boolean) {
            return json;
        }
        if (type == Character.class && json instanceof String && ((String) json).length() == 1) {
            return ((String) json).charAt(0);
        }
        if (json instanceof Number && Number.class.isAssignableFrom(type)) {
            try {
                return number((Number) json, type);
            } catch (ArithmeticException e) {
                throw Binding.wrong(path, json.toString(), "a number that fits " + type.getSimpleName());
            }
        }
        throw Binding.wrong(path, shown(json), type.getSimpleName());
    }

    /** @throws ArithmeticException if something of it would be lost */
    private static Number number(Number number, Class<?> type) {
        if (type.isInstance(number)) {
            return number;
        }
        BigDecimal exact = new BigDecimal(number.toString());
        if (type == Integer.class) {
            return exact.intValueExact();
        }
        if (type == Long.class) {
            return exact.longValueExact();
        }
        if (type == Double.class) {
            return number.doubleValue();
        }
        if (type == Float.class) {
            return number.floatValue();
        }
        if (type == Short.class) {
            return exact.shortValueExact();
        }
        if (type == Byte.class) {
            return exact.byteValueExact();
        }
        if (type == BigInteger.class) {
            return exact.toBigIntegerExact();
        }
        if (type == BigDecimal.class) {
            return exact;
        }
        throw new ArithmeticException("no such number");
    }

    static Object key(String name, Class<?> type, String path) {
        if (type.isAssignableFrom(String.class)) {
            return name;
        }
        if (type.isEnum()) {
            return Binding.to(name, type, path);
        }
        try {
            return simple(new BigDecimal(name), boxed(type), path);
        } catch (NumberFormatException e) {
            throw Binding.wrong(
                    path, "an object with the key \"" + name + "\"", "keys of type " + type.getSimpleName());
        }
    }

    static String shown(Object json) {
        return json instanceof List ? "an array" : json instanceof Map ? "an object" : "\"" + json + "\"";
    }
}
