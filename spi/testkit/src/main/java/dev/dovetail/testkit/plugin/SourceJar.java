package dev.dovetail.testkit.plugin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A plugin jar that a test makes from source text: good, bad, or two versions of one. */
public final class SourceJar {
    private static final String SERVICES = "META-INF/services/dev.dovetail.spi.plugin.Provider";

    /** What was compiled already, by its sources: a test makes the same plugin in many versions. */
    private static final Map<Map<String, String>, Map<String, byte[]>> COMPILED = new ConcurrentHashMap<>();

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final List<String> providers = new ArrayList<>();

    private SourceJar() {}

    /** A jar whose manifest is complete, and which is empty otherwise. */
    public static SourceJar of(String id, String version) {
        return new SourceJar()
                .manifest("Plugin-Id", id)
                .manifest("Plugin-Version", version)
                .manifest("Plugin-Requires", ">=0.1.0 & <0.2.0");
    }

    public SourceJar manifest(String key, String value) {
        manifest.put(key, value);
        return this;
    }

    /** Leaves an entry of the manifest out. */
    public SourceJar without(String manifestKey) {
        manifest.remove(manifestKey);
        return this;
    }

    /** Adds a source file; its class is compiled against the test's own class path. */
    public SourceJar source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    /** Adds a source file whose class is listed as a provider. */
    public SourceJar provider(String className, String text) {
        return source(className, text).listed(className);
    }

    /** Lists a provider, whether its class is there or not. */
    public SourceJar listed(String className) {
        providers.add(className);
        return this;
    }

    /** Adds any other file. */
    public SourceJar entry(String path, byte[] content) {
        entries.put(path, content);
        return this;
    }

    /** Writes the jar as {@code <id>-<version>.jar} into the directory and answers where it is. */
    public Path in(Path directory) {
        Path jar = directory.resolve(manifest.getOrDefault("Plugin-Id", "unnamed") + "-"
                + manifest.getOrDefault("Plugin-Version", "0") + ".jar");
        try {
            Files.write(jar, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    /** The jar's bytes, the same for the same content. */
    public byte[] bytes() {
        Manifest head = new Manifest();
        head.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((key, value) -> head.getMainAttributes().putValue(key, value));
        Map<String, byte[]> all =
                new LinkedHashMap<>(COMPILED.computeIfAbsent(Map.copyOf(sources), SourceJar::compile));
        if (!providers.isEmpty()) {
            all.put(SERVICES, String.join("\n", providers).getBytes(StandardCharsets.UTF_8));
        }
        all.putAll(entries);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            JarEntry first = new JarEntry("META-INF/MANIFEST.MF");
            first.setTime(0);
            jar.putNextEntry(first);
            head.write(jar);
            for (Map.Entry<String, byte[]> each : all.entrySet()) {
                JarEntry entry = new JarEntry(each.getKey());
                entry.setTime(0);
                jar.putNextEntry(entry);
                jar.write(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> compile(Map<String, String> sources) {
        if (sources.isEmpty()) {
            return Map.of();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        Map<String, byte[]> classes = new LinkedHashMap<>();
        try (JavaFileManager files = new InMemory(compiler.getStandardFileManager(said, null, null), classes)) {
            List<Source> units = sources.entrySet().stream()
                    .map(each -> new Source(each.getKey(), each.getValue()))
                    .toList();
            List<String> options = List.of("--release", "25", "-classpath", System.getProperty("java.class.path"));
            if (!compiler.getTask(null, files, said, options, null, units).call()) {
                throw new IllegalArgumentException("The plugin's source does not compile: "
                        + said.getDiagnostics().stream()
                                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                                .toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return classes;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps the compiled classes by their path in the jar. */
    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, byte[]> classes;

        InMemory(JavaFileManager files, Map<String, byte[]> classes) {
            super(files);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            String path = className.replace('.', '/') + kind.extension;
            return new SimpleJavaFileObject(URI.create("memory:///" + path), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            classes.put(path, toByteArray());
                        }
                    };
                }
            };
        }
    }
}
