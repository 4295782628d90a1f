package dev.dovetail.function.worker;

import dev.dovetail.function.Context;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A method of the function's that calls go to, and how its parameters are made. */
final class Target {
    static final String AWS = "com.amazonaws.services.lambda.runtime.";

    private final Object on;
    private final Method method;
    private final Type[] parameters;
    private final boolean streams;
    private final boolean context;

    /** @param on null for a static method */
    private Target(Object on, Method method, Class<?> type) {
        this.on = on;
        this.method = method;
        Type[] generic = method.getGenericParameterTypes();
        parameters = new Type[generic.length];
        for (int i = 0; i < generic.length; i++) {
            parameters[i] = Types.resolved(generic[i], Types.variables(type));
        }
        Class<?>[] raw = method.getParameterTypes();
        context = raw.length > 0 && isContext(raw[raw.length - 1]);
        streams = raw.length > 1 && raw[0] == InputStream.class && raw[1] == OutputStream.class;
        method.setAccessible(true);
    }

    static boolean isContext(Class<?> type) {
        return type == Context.class || type.getName().equals(AWS + "Context");
    }

    /**
     * The method of this name that takes most of input and context.
     *
     * @param maker makes the object that it is called on
     */
    static Optional<Target> find(Class<?> type, String name, Maker maker) throws NotLoaded {
        return find(type, name, maker, Target::fits);
    }

    /** Whether there is one. */
    static boolean has(Class<?> type, String name) {
        return methods(type).stream().anyMatch(each -> each.getName().equals(name) && fits(each));
    }

    /** The same for the method that undoes a step. */
    static Optional<Target> undoing(Class<?> type, String name, Maker maker) throws NotLoaded {
        return find(type, name, maker, Target::undoes);
    }

    private static Optional<Target> find(Class<?> type, String name, Maker maker, Predicate<Method> fits)
            throws NotLoaded {
        List<Method> fitting = new ArrayList<>();
        for (Method each : methods(type)) {
            if (each.getName().equals(name) && fits.test(each)) {
                fitting.add(each);
            }
        }
        if (fitting.isEmpty()) {
            return Optional.empty();
        }
        fitting.sort(Comparator.comparing((Method each) -> each.isBridge())
                .thenComparing(each -> -each.getParameterCount())
                .thenComparing(each -> each.getDeclaringClass().isInterface()));
        Method best = fitting.get(0);
        return Optional.of(new Target(Modifier.isStatic(best.getModifiers()) ? null : maker.make(), best, type));
    }

    private static Set<Method> methods(Class<?> type) {
        Set<Method> methods = new LinkedHashSet<>();
        for (Method each : type.getDeclaredMethods()) {
            if (!Modifier.isPrivate(each.getModifiers())) {
                methods.add(each);
            }
        }
        methods.addAll(List.of(type.getMethods()));
        return methods;
    }

    /** Nothing, an input, an input and a context, or two streams and perhaps a context. */
    private static boolean fits(Method method) {
        Class<?>[] types = method.getParameterTypes();
        if (types.length > 1 && types[0] == InputStream.class && types[1] == OutputStream.class) {
            return types.length == 2 || types.length == 3 && isContext(types[2]);
        }
        return types.length < 2 || types.length == 2 && isContext(types[1]);
    }

    /** An input and an output, and perhaps a context. */
    private static boolean undoes(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length == 2 && !isContext(types[1]) || types.length == 3 && isContext(types[2]);
    }

    /** Makes the function's object, once for all its methods. */
    interface Maker {
        Object make() throws NotLoaded;
    }

    /**
     * Calls it with JSON, and answers with JSON.
     *
     * @throws Throwable whatever the function threw
     */
    byte[] call(byte[] input, LiveContext live) throws Throwable {
        Object[] arguments = new Object[parameters.length];
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        int next = 0;
        if (streams) {
            arguments[next++] = new ByteArrayInputStream(input);
            arguments[next++] = written;
        } else if (parameters.length > (context ? 1 : 0)) {
            arguments[next++] = Binding.raw(parameters[0]) == InputStream.class
                    ? new ByteArrayInputStream(input)
                    : Binding.to(Json.read(input), parameters[0], "");
        }
        Object result = called(arguments, live);
        if (streams) {
            return written.size() == 0 ? JsonWriter.bytes(null) : written.toByteArray();
        }
        return JsonWriter.bytes(result);
    }

    /**
     * Calls it with what a step was given and what it gave.
     *
     * @param output as JSON was read; null if it is not known
     */
    byte[] undo(byte[] input, Object output, LiveContext live) throws Throwable {
        Object[] arguments = new Object[parameters.length];
        arguments[0] = Binding.to(Json.read(input), parameters[0], "");
        arguments[1] = Binding.to(output, parameters[1], "the output of the step");
        return JsonWriter.bytes(called(arguments, live));
    }

    /** The context is the last of the arguments, if it takes one. */
    private Object called(Object[] arguments, LiveContext live) throws Throwable {
        if (context) {
            int last = arguments.length - 1;
            Class<?> kind = Binding.raw(parameters[last]);
            arguments[last] = kind == Context.class ? live : AwsContext.of(kind, live);
        }
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
