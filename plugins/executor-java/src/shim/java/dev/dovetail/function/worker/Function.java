package dev.dovetail.function.worker;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The code of a version, loaded. Thread-safe. */
final class Function {
    private static final String USUAL = "handleRequest";

    private final Class<?> type;
    private final Target main;
    private final Map<String, Target> others = new ConcurrentHashMap<>();
    private final Map<String, Target> undoing = new ConcurrentHashMap<>();
    private Optional<Object> made = Optional.empty();

    private Function(Code code, String handler) throws NotLoaded {
        Named named = Named.of(code, handler);
        type = find(code, named.type.getName(), true).orElseThrow();
        main = target(named.method);
    }

    /** What a handler names. Nothing of it has run. */
    private static final class Named {
        private final Class<?> type;
        private final String method;

        private Named(Class<?> type, String method) {
            this.type = type;
            this.method = method;
        }

        static Named of(Code code, String handler) throws NotLoaded {
            int colons = handler.indexOf("::");
            Optional<Class<?>> whole = colons < 0 ? find(code, handler, false) : Optional.empty();
            if (whole.isPresent()) {
                return new Named(whole.get(), USUAL);
            }
            int end = colons < 0 ? handler.lastIndexOf('.') : colons;
            String name = end < 0 ? handler : handler.substring(0, end);
            Class<?> type = find(code, name.replace('/', '.'), false)
                    .orElseThrow(() -> new NotLoaded("There is no class \"" + name + "\" in the code"));
            return new Named(type, end < 0 ? USUAL : handler.substring(end + (colons < 0 ? 1 : 2)));
        }
    }

    /**
     * Looks whether there is what a handler names, and runs nothing.
     *
     * @throws NotLoaded if it is not
     */
    static void look(Code code, String handler) throws NotLoaded {
        Named named = Named.of(code, handler);
        try {
            if (!Target.has(named.type, named.method)) {
                throw lacks(named.type, named.method);
            }
        } catch (NoClassDefFoundError e) {
            throw needs(named.type.getName(), e);
        }
    }

    private static NotLoaded needs(String name, NoClassDefFoundError e) {
        return new NotLoaded("The class \"" + name + "\" needs " + e.getMessage() + ", which is not there");
    }

    private static NotLoaded lacks(Class<?> type, String method) {
        return new NotLoaded("The class \"" + type.getName() + "\" has no method \"" + method
                + "\" that takes an input and a context, or either, or two streams");
    }

    /** Takes classes that were compiled now, before any of them is run. */
    interface Compiled {
        void tell(Map<String, byte[]> classes) throws IOException;
    }

    /** @param kept the classes of its source file, if they have been compiled before; else nothing */
    static Function load(Map<?, ?> init, byte[] kept, Compiled compiled) throws IOException, NotLoaded {
        Path root = Paths.get((String) init.get("code"));
        List<Path> layers = Code.paths(init.get("layers"));
        String file = (String) init.get("file");
        Map<String, byte[]> classes = Map.of();
        if (kept.length > 0) {
            classes = Classes.unpacked(kept);
        } else if (file.endsWith(Sources.SUFFIX)) {
            classes = Sources.compile(root, root.resolve(file), Code.entries(root, layers));
            compiled.tell(classes);
        }
        Code code = Code.open(root, layers, classes);
        Thread.currentThread().setContextClassLoader(code);
        return new Function(code, (String) init.get("function"));
    }

    ClassLoader loader() {
        return type.getClassLoader();
    }

    private static Optional<Class<?>> find(Code code, String name, boolean run) throws NotLoaded {
        try {
            return Optional.of(Class.forName(name, run, code));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        } catch (NoClassDefFoundError e) {
            if (e.getMessage() != null && e.getMessage().contains("wrong name")) {
                return Optional.empty();
            }
            throw needs(name, e);
        } catch (UnsupportedClassVersionError e) {
            throw new NotLoaded(
                    "The class \"" + name + "\" was compiled for a later version of Java: " + e.getMessage());
        }
    }

    Target main() {
        return main;
    }

    /** A method of the same class that undoes a step. */
    Target undo(String name) throws NotLoaded {
        Target known = undoing.get(name);
        if (known == null) {
            known = Target.undoing(type, name, this::object)
                    .orElseThrow(() -> new NotLoaded("The class \"" + type.getName() + "\" has no method \"" + name
                            + "\" that takes the input of a step, its output, and a context if it likes"));
            undoing.put(name, known);
        }
        return known;
    }

    /** Another method of the same class: of a hook. */
    Target other(String name) throws NotLoaded {
        Target known = others.get(name);
        if (known == null) {
            known = target(name);
            others.put(name, known);
        }
        return known;
    }

    private Target target(String method) throws NotLoaded {
        return Target.find(type, method, this::object).orElseThrow(() -> lacks(type, method));
    }

    private synchronized Object object() throws NotLoaded {
        if (made.isEmpty()) {
            try {
                Constructor<?> constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
                made = Optional.of(constructor.newInstance());
            } catch (NoSuchMethodException e) {
                throw new NotLoaded("The class \"" + type.getName() + "\" has no constructor without parameters");
            } catch (InvocationTargetException e) {
                Throwable cause = e.getCause();
                throw new NotLoaded("The class \"" + type.getName() + "\" cannot be made: " + cause);
            } catch (ReflectiveOperationException e) {
                throw new NotLoaded("The class \"" + type.getName() + "\" cannot be made: " + e.getMessage());
            }
        }
        return made.get();
    }
}
