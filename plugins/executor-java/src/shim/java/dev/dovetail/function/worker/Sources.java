package dev.dovetail.function.worker;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles a function that is a source file, into memory. Nothing of it is run. */
final class Sources {
    static final String SUFFIX = ".java";

    private Sources() {}

    /** Classes by their names. */
    static Map<String, byte[]> compile(Path root, Path file, List<Path> classPath) throws IOException, NotLoaded {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        Map<String, byte[]> classes = run(root, file, classPath, found);
        for (Diagnostic<? extends JavaFileObject> each : found.getDiagnostics()) {
            if (each.getKind() == Diagnostic.Kind.ERROR) {
                throw new NotLoaded(
                        each.getMessage(Locale.ROOT), name(root, each), each.getLineNumber(), each.getColumnNumber());
            }
        }
        return classes;
    }

    private static String name(Path root, Diagnostic<? extends JavaFileObject> problem) {
        JavaFileObject source = problem.getSource();
        return source == null ? "" : root.relativize(Path.of(source.toUri())).toString();
    }

    /** Classes by their names, as far as there are any; what is wrong goes to a collector. */
    static Map<String, byte[]> run(
            Path root, Path file, List<Path> classPath, DiagnosticCollector<JavaFileObject> found)
            throws IOException, NotLoaded {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new NotLoaded("This installation of Java has no compiler: deploy classes or a jar, or install a JDK");
        }
        String own = System.getProperty("java.class.path");
        String path = classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        List<String> options = List.of(
                "-proc:none",
                "-g",
                "-nowarn",
                "-sourcepath",
                root.toString(),
                "-classpath",
                own + File.pathSeparator + path);
        try (StandardJavaFileManager standard =
                compiler.getStandardFileManager(found, Locale.ROOT, StandardCharsets.UTF_8)) {
            Memory memory = new Memory(standard);
            compiler.getTask(
                            Writer.nullWriter(),
                            memory,
                            found,
                            options,
                            null,
                            standard.getJavaFileObjectsFromFiles(List.of(file.toFile())))
                    .call();
            Map<String, byte[]> classes = new LinkedHashMap<>();
            memory.made.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }

    /** Keeps what the compiler writes. */
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> made = new LinkedHashMap<>();

        Memory(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return made.computeIfAbsent(name, any -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
