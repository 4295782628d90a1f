package dev.dovetail.function.worker;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.TimeZone;

/**
 * The variables of this process. Java reads them once; a function's own come later, with its code, so that they are put where
 * Java keeps them: the program's manifest opens what that needs.
 */
final class Environment {
    private final Map<String, String> variables;

    private Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    @SuppressWarnings("unchecked") // of text in every version of Java
    static Environment open() {
        try {
            Field whole = Class.forName("java.lang.ProcessEnvironment").getDeclaredField("theUnmodifiableEnvironment");
            whole.setAccessible(true);
            Object unmodifiable = whole.get(null);
            Field behind = unmodifiable.getClass().getDeclaredField("m");
            behind.setAccessible(true);
            return new Environment((Map<String, String>) behind.get(unmodifiable));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This version of Java keeps its environment elsewhere", e);
        }
    }

    String take(String name) {
        return variables.remove(name);
    }

    void put(Map<?, ?> values) {
        values.forEach((name, value) -> variables.put((String) name, (String) value));
        if (values.get("TZ") != null) {
            TimeZone.setDefault(TimeZone.getTimeZone(((String) values.get("TZ")).replaceFirst("^:", "")));
        }
    }
}
