package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Cell;
import dev.dovetail.executor.starlark.eval.Frame;
import dev.dovetail.executor.starlark.eval.Quick;
import dev.dovetail.executor.starlark.eval.StarFunction;
import dev.dovetail.executor.starlark.value.Range;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** How class files name the types and methods that emitted code uses. */
final class Types {
    static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    static final ClassDesc OBJECTS = OBJECT.arrayType();
    static final ClassDesc FRAME = of(Frame.class);
    static final ClassDesc CELL = of(Cell.class);
    static final ClassDesc CELLS = CELL.arrayType();
    static final ClassDesc FUNCTION = of(StarFunction.class);
    static final ClassDesc CURSOR = of(Cursor.class);
    static final ClassDesc RANGE = of(Range.class);
    static final ClassDesc QUICK = of(Quick.class);

    /** A method that emitted code calls. */
    record Act(ClassDesc owner, String name, MethodTypeDesc type) {}

    private static final Map<String, Act> ACTS = new HashMap<>();

    static {
        Stream.of(Acts.class, Reads.class, Invocations.class, Cursor.class)
                .flatMap(owner -> Stream.of(owner.getDeclaredMethods()))
                .filter(method -> Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers()))
                .forEach(Types::add);
    }

    private Types() {}

    private static void add(Method method) {
        MethodTypeDesc type = MethodTypeDesc.of(
                of(method.getReturnType()),
                Stream.of(method.getParameterTypes()).map(Types::of).toList());
        String key = method.getName() + "/" + method.getParameterCount();
        if (ACTS.put(key, new Act(of(method.getDeclaringClass()), method.getName(), type)) != null) {
            throw new IllegalStateException("Two acts are " + key);
        }
    }

    static ClassDesc of(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    /** The method of this name with so many parameters. */
    static Act act(String name, int parameters) {
        Act act = ACTS.get(name + "/" + parameters);
        if (act == null) {
            throw new IllegalArgumentException("No act " + name + "/" + parameters + "; there are " + ACTS.keySet());
        }
        return act;
    }
}
