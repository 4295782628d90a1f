package dev.dovetail.archetype;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** A project made of the archetype, and what a build would do with it: compile, test, pack, and check what was packed. */
record Generated(Path folder, Map<String, String> properties) {
    static final Path SOURCES = Path.of("src/main/resources/archetype-resources");

    /** Writes the project as the archetype's descriptor says: sources and the schema in the package, the rest as it is. */
    static Generated in(Path folder, Map<String, String> properties) throws IOException {
        Generated project = new Generated(folder, properties);
        String packaged = properties.get("package").replace('.', '/');
        try (Stream<Path> all = Files.walk(SOURCES)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String path = SOURCES.relativize(file).toString();
                String target = path.endsWith(".java") || path.endsWith("schema.json")
                        ? path.replaceFirst("/([^/]+)$", "/" + packaged + "/$1")
                        : path;
                Path written = folder.resolve(target);
                Files.createDirectories(written.getParent());
                String text = Files.readString(file);
                Files.writeString(written, path.startsWith("src/test/samples") ? text : project.filled(text));
            }
        }
        return project;
    }

    private String filled(String text) {
        String filled = text;
        for (Map.Entry<String, String> property : properties.entrySet()) {
            filled = filled.replace("${" + property.getKey() + "}", property.getValue());
        }
        // what begins so is left to the build
        assertEquals(
                -1,
                filled.replace("${project.", "").indexOf("${"),
                () -> "a property that the archetype does not know: " + text);
        return filled;
    }

    private static String classPath(Path... first) {
        List<String> all = new ArrayList<>(Stream.of(first).map(Path::toString).toList());
        all.add(System.getProperty("java.class.path"));
        return String.join(File.pathSeparator, all);
    }

    /** Compiles with every warning on and gives the problems; resources are copied beside the classes. */
    List<String> compiled(String part, Path... visible) throws IOException {
        Path classes = Files.createDirectories(
                folder.resolve("target").resolve(part.equals("main") ? "classes" : "test-classes"));
        var compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (var files = compiler.getStandardFileManager(said, null, null);
                Stream<Path> sources = Files.walk(folder.resolve("src/" + part + "/java"))) {
            List<Path> java =
                    sources.filter(each -> each.toString().endsWith(".java")).toList();
            List<String> options = List.of(
                    "--release", "25", "-Xlint:all,-processing", "-d", "" + classes, "-classpath", classPath(visible));
            compiler.getTask(null, files, said, options, null, files.getJavaFileObjectsFromPaths(java))
                    .call();
        }
        Path resources = folder.resolve("src/" + part + "/resources");
        if (Files.isDirectory(resources)) {
            copy(resources, classes);
        }
        return said.getDiagnostics().stream().map(Object::toString).toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Packs the classes and these libraries into one jar, as the project's shading would. */
    Path packed(Map<String, String> manifestEntries, List<Path> libraries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifestEntries.forEach(manifest.getMainAttributes()::putValue);
        Path jar = folder.resolve("target/" + properties.get("artifactId") + "-" + properties.get("version") + ".jar");
        Set<String> there = new TreeSet<>(Set.of("META-INF/MANIFEST.MF"));
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream target = new JarOutputStream(out, manifest)) {
            Path classes = folder.resolve("target/classes");
            try (Stream<Path> all = Files.walk(classes)) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    add(target, there, classes.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
            for (Path library : libraries) {
                try (JarFile opened = new JarFile(library.toFile())) {
                    for (JarEntry entry :
                            opened.stream().filter(Generated::kept).toList()) {
                        add(
                                target,
                                there,
                                entry.getName(),
                                opened.getInputStream(entry).readAllBytes());
                    }
                }
            }
        }
        return jar;
    }

    private static boolean kept(JarEntry entry) {
        String name = entry.getName();
        return !entry.isDirectory() && !name.endsWith("module-info.class") && !name.startsWith("META-INF/maven/");
    }

    private static void add(JarOutputStream jar, Set<String> there, String name, byte[] content) throws IOException {
        if (there.add(name)) {
            jar.putNextEntry(new JarEntry(name));
            jar.write(content);
        }
    }

    /** Runs a class of tests in a process of its own that stands in the project's folder, and gives what it reports. */
    String ran(String testClass) throws IOException, InterruptedException {
        Path report = folder.resolve("target/" + testClass + ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath(folder.resolve("target/test-classes"), folder.resolve("target/classes")),
                        Launched.class.getName(),
                        properties.get("package") + "." + testClass,
                        report.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("target/" + testClass + ".log").toFile())
                .start();
        try {
            if (!process.waitFor(4, TimeUnit.MINUTES)) {
                throw new AssertionError(testClass + " has not ended within four minutes");
            }
        } finally {
            process.destroyForcibly();
        }
        return Files.exists(report)
                ? Files.readString(report)
                : "no report: " + Files.readString(folder.resolve("target/" + testClass + ".log"));
    }
}
