package dev.dovetail.function.worker;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What type variables stand for. */
final class Types {
    private Types() {}

    /** The type of a member, seen from its owner's type. */
    static Type in(Type member, Type owner) {
        return resolved(member, variables(owner));
    }

    /** What the variables of a class's ancestors are, as far as the class says. */
    static Map<TypeVariable<?>, Type> variables(Type of) {
        Map<TypeVariable<?>, Type> variables = new HashMap<>();
        collect(of, variables);
        return variables;
    }

    private static void collect(Type type, Map<TypeVariable<?>, Type> variables) {
        if (type == null || type == Object.class) {
            return;
        }
        Class<?> raw = Binding.raw(type);
        if (type instanceof ParameterizedType) {
            Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
            for (int i = 0; i < arguments.length; i++) {
                variables.put(raw.getTypeParameters()[i], resolved(arguments[i], variables));
            }
        }
        collect(raw.getGenericSuperclass(), variables);
        for (Type each : raw.getGenericInterfaces()) {
            collect(each, variables);
        }
    }

    static Type resolved(Type type, Map<TypeVariable<?>, Type> variables) {
        if (type instanceof TypeVariable) {
            return variables.getOrDefault(type, type);
        }
        if (type instanceof ParameterizedType) {
            ParameterizedType given = (ParameterizedType) type;
            Type[] arguments = Arrays.stream(given.getActualTypeArguments())
                    .map(each -> resolved(each, variables))
                    .toArray(Type[]::new);
            return new Parameterized(given.getRawType(), arguments);
        }
        return type;
    }

    /** A generic type whose variables are known. */
    private static final class Parameterized implements ParameterizedType {
        private final Type raw;
        private final Type[] arguments;

        Parameterized(Type raw, Type[] arguments) {
            this.raw = raw;
            this.arguments = arguments;
        }

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.clone();
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public Type getOwnerType() {
            return null;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ParameterizedType
                    && raw.equals(((ParameterizedType) other).getRawType())
                    && Arrays.equals(arguments, ((ParameterizedType) other).getActualTypeArguments());
        }

        @Override
        public int hashCode() {
            return Objects.hash(raw, Arrays.hashCode(arguments));
        }

        @Override
        public String toString() {
            return raw.getTypeName() + Arrays.toString(arguments);
        }
    }
}
