package dev.dovetail.function.worker;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What records and classes with properties consist of. */
final class Beans {
    private Beans() {}

    /** Records came after the first version of Java that this runs on. */
    static boolean isRecord(Class<?> type) {
        Class<?> parent = type.getSuperclass();
        return parent != null && parent.getName().equals("java.lang.Record");
    }

    /** A class of nobody's library, which may have no properties on purpose. */
    static boolean plain(Class<?> type) {
        return isRecord(type) || type == Object.class;
    }

    static List<Field> components(Class<?> record) {
        List<Field> components = new ArrayList<>();
        for (Field field : record.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                components.add(field);
            }
        }
        return components;
    }

    static Constructor<?> canonical(Class<?> record) throws NoSuchMethodException {
        Constructor<?> made = record.getDeclaredConstructor(
                components(record).stream().map(Field::getType).toArray(Class<?>[]::new));
        made.setAccessible(true);
        return made;
    }

    /** Properties and their values: components of a record in their order, else fields in theirs and then the rest. */
    static Map<String, Object> read(Object value) {
        try {
            Class<?> type = value.getClass();
            Map<String, Object> properties = new LinkedHashMap<>();
            if (isRecord(type)) {
                for (Field component : components(type)) {
                    properties.put(component.getName(), call(type.getDeclaredMethod(component.getName()), value));
                }
                return properties;
            }
            Map<String, Method> getters = getters(type);
            for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
                for (Field field : each.getDeclaredFields()) {
                    Method getter = getters.remove(field.getName());
                    if (getter != null) {
                        properties.put(field.getName(), call(getter, value));
                    } else if (open(field)) {
                        field.setAccessible(true);
                        properties.putIfAbsent(field.getName(), field.get(value));
                    }
                }
            }
            for (Map.Entry<String, Method> each : getters.entrySet()) {
                properties.put(each.getKey(), call(each.getValue(), value));
            }
            return properties;
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("a property of " + value.getClass() + " cannot be read", e);
        }
    }

    private static boolean open(Field field) {
        return Modifier.isPublic(field.getModifiers()) && !Modifier.isStatic(field.getModifiers());
    }

    private static Object call(Method method, Object on) throws ReflectiveOperationException {
        method.setAccessible(true);
        try {
            return method.invoke(on);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw e;
        }
    }

    private static Map<String, Method> getters(Class<?> type) {
        Map<String, Method> getters = new TreeMap<>();
        for (Method method : type.getMethods()) {
            String name = method.getName();
            boolean mine = method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getDeclaringClass() != Object.class;
            if (mine && name.length() > 3 && name.startsWith("get") && method.getReturnType() != void.class) {
                getters.putIfAbsent(decapitalised(name.substring(3)), method);
            } else if (mine && name.length() > 2 && name.startsWith("is") && method.getReturnType() == boolean.class) {
                getters.putIfAbsent(decapitalised(name.substring(2)), method);
            }
        }
        return getters;
    }

    /** As the rules for beans have it: URL stays URL. */
    private static String decapitalised(String name) {
        if (name.length() > 1 && Character.isUpperCase(name.charAt(1))) {
            return name;
        }
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /** What can be set, by name. */
    static Map<String, Slot> slots(Class<?> type) {
        Map<String, Slot> slots = new TreeMap<>();
        for (Field field : type.getFields()) {
            if (open(field) && !Modifier.isFinal(field.getModifiers())) {
                slots.put(field.getName(), new Slot(field.getGenericType(), field::set, field));
            }
        }
        for (Method method : type.getMethods()) {
            if (method.getName().startsWith("set")
                    && method.getName().length() > 3
                    && method.getParameterCount() == 1
                    && !method.isBridge()
                    && !Modifier.isStatic(method.getModifiers())) {
                slots.put(
                        decapitalised(method.getName().substring(3)),
                        new Slot(method.getGenericParameterTypes()[0], method::invoke, method));
            }
        }
        return slots;
    }

    /** Puts a value into an object. */
    interface Setter {
        void set(Object on, Object value) throws ReflectiveOperationException;
    }

    /** A property that can be set. */
    static final class Slot {
        private final Type type;
        private final Setter setter;

        Slot(Type type, Setter setter, java.lang.reflect.AccessibleObject member) {
            this.type = type;
            this.setter = setter;
            member.setAccessible(true);
        }

        Type type() {
            return type;
        }

        void set(Object on, Object value) throws ReflectiveOperationException {
            setter.set(on, value);
        }
    }
}
