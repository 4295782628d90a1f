package dev.dovetail.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The contract's public signatures, as compiled, are what {@code docs/api/spi.txt} says: a change of the contract is a change
 * that people see. {@code -Dspi.write=true} writes the file anew.
 */
final class SpiTextTest {
    private static final Path TEXT = Path.of("../../docs/api/spi.txt");

    @Test
    void theCommittedTextIsTheCompiledContract() throws Exception {
        String rendered = rendered();
        if (Boolean.getBoolean("spi.write")) {
            Files.createDirectories(TEXT.getParent());
            Files.writeString(TEXT, rendered);
        }
        assertEquals(
                Files.readString(TEXT),
                rendered,
                "The contract changed. If that is meant, run this test with -Dspi.write=true and commit docs/api/spi.txt");
    }

    private static String rendered() throws Exception {
        StringBuilder text = new StringBuilder(
                "# The SPI's public signatures, rendered from what is compiled. Not edited by hand.\n");
        for (Class<?> each : published()) {
            render(each, text);
        }
        return text.toString();
    }

    private static List<Class<?>> published() throws Exception {
        Path root = Path.of(
                Name.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .forEach(file -> names.add(file.replace(".class", "").replace('/', '.')));
        }
        List<Class<?>> published = new ArrayList<>();
        for (String name : names) {
            Class<?> each = Class.forName(name, false, SpiTextTest.class.getClassLoader());
            if (isPublished(each)) {
                published.add(each);
            }
        }
        return published;
    }

    private static boolean isPublished(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && !type.isAnonymousClass()
                && (type.getEnclosingClass() == null || isPublished(type.getEnclosingClass()));
    }

    private static void render(Class<?> type, StringBuilder text) {
        text.append('\n');
        for (Annotation each : type.getAnnotations()) {
            text.append('@').append(each.annotationType().getSimpleName()).append('\n');
        }
        if (isKernelProvided(type)) {
            text.append("@KernelProvided\n");
        }
        text.append(kind(type)).append(' ').append(named(type));
        if (type.isRecord()) {
            text.append(Arrays.stream(type.getRecordComponents())
                    .map(each -> told(each.getGenericType()) + " " + each.getName())
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        List<String> above = new ArrayList<>();
        Class<?> parent = type.getSuperclass();
        if (parent != null && !Set.of(Object.class, Record.class, Enum.class).contains(parent)) {
            above.add(told(type.getGenericSuperclass()));
        }
        Arrays.stream(type.getGenericInterfaces()).map(SpiTextTest::told).forEach(above::add);
        if (!above.isEmpty() && !type.isAnnotation()) {
            text.append(" : ").append(String.join(", ", above));
        }
        if (type.isSealed()) {
            text.append(" permits ")
                    .append(Arrays.stream(type.getPermittedSubclasses())
                            .map(each -> told(each))
                            .collect(Collectors.joining(", ")));
        }
        text.append('\n');
        members(type).forEach(each -> text.append("    ").append(each).append('\n'));
    }

    /** The annotation is kept for tools and not for reflection, so it is looked for in the class file's text. */
    private static boolean isKernelProvided(Class<?> type) {
        String file = "/" + type.getName().replace('.', '/') + ".class";
        try (var in = type.getResourceAsStream(file)) {
            String bytes = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
            return type != KernelProvided.class
                    && bytes.contains("RuntimeInvisibleAnnotations")
                    && bytes.contains("Ldev/dovetail/spi/KernelProvided;");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String kind(Class<?> type) {
        String kind = type.isAnnotation()
                ? "annotation"
                : type.isInterface() ? "interface" : type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
        return type.isSealed() ? "sealed " + kind : kind;
    }

    private static String named(Class<?> type) {
        String name = type.getName().replace("dev.dovetail.spi.", "").replace('$', '.');
        return name + parameters(type.getTypeParameters());
    }

    private static String parameters(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(each -> each.getName()
                                + (each.getBounds()[0] == Object.class ? "" : " : " + told(each.getBounds()[0])))
                        .collect(Collectors.joining(", ", "<", ">"));
    }

    private static List<String> members(Class<?> type) {
        List<String> members = new ArrayList<>();
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                members.add(constant.toString());
            }
        }
        Arrays.stream(type.getDeclaredFields())
                .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isEnumConstant())
                .map(SpiTextTest::field)
                .sorted()
                .forEach(members::add);
        Arrays.stream(type.getConstructors())
                .filter(each -> !type.isRecord())
                .map(SpiTextTest::constructor)
                .sorted()
                .forEach(members::add);
        Arrays.stream(type.getDeclaredMethods())
                .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic() && !implied(type, each))
                .map(SpiTextTest::method)
                .sorted()
                .forEach(members::add);
        return members;
    }

    private static boolean implied(Class<?> type, Method method) {
        boolean none = method.getParameterCount() == 0;
        return none && Set.of("toString", "hashCode").contains(method.getName())
                || method.getName().equals("equals")
                || type.isEnum() && Set.of("values", "valueOf").contains(method.getName())
                || type.isRecord()
                        && none
                        && Arrays.stream(type.getRecordComponents())
                                .map(RecordComponent::getName)
                                .anyMatch(method.getName()::equals);
    }

    private static String field(Field field) {
        String value = "";
        if (field.getType() == String.class || field.getType().isPrimitive()) {
            try {
                value = " = " + field.get(null);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return "static " + told(field.getGenericType()) + " " + field.getName() + value;
    }

    private static String constructor(Constructor<?> made) {
        return "new(" + types(made.getGenericParameterTypes()) + ")" + thrown(made.getGenericExceptionTypes());
    }

    private static String method(Method method) {
        String how = Modifier.isStatic(method.getModifiers()) ? "static " : method.isDefault() ? "default " : "";
        String variables = parameters(method.getTypeParameters());
        return how + (variables.isEmpty() ? "" : variables + " ") + told(method.getGenericReturnType()) + " "
                + method.getName() + "(" + types(method.getGenericParameterTypes()) + ")"
                + thrown(method.getGenericExceptionTypes());
    }

    private static String types(Type[] types) {
        return Arrays.stream(types).map(SpiTextTest::told).collect(Collectors.joining(", "));
    }

    private static String thrown(Type[] types) {
        return types.length == 0 ? "" : " throws " + types(types);
    }

    private static String told(Type type) {
        return switch (type) {
            case ParameterizedType p -> told(p.getRawType()) + "<" + types(p.getActualTypeArguments()) + ">";
            case Class<?> c when c.isArray() -> told(c.getComponentType()) + "[]";
            case Class<?> c when c.getName().startsWith("dev.dovetail.spi.") -> named(c).replaceFirst("<.*", "");
            case Class<?> c
            when c.getName().startsWith("java.") ->
                c.getName().replaceFirst(".*\\.", "").replace('$', '.');
            default -> type.getTypeName();
        };
    }
}
