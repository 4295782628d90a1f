package dev.dovetail.function.worker;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The function's classes: those of its code, of the archives in {@code lib}, and of its layers. */
final class Code extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> compiled;

    private Code(URL[] urls, Map<String, byte[]> compiled) {
        super(Places.LOADER, urls, Code.class.getClassLoader());
        this.compiled = compiled;
    }

    /** @param compiled what is not in files */
    static Code open(Path root, List<Path> layers, Map<String, byte[]> compiled) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path entry : entries(root, layers)) {
            urls.add(url(entry));
        }
        return new Code(urls.toArray(new URL[0]), compiled);
    }

    /** Where classes are looked for, in this order. */
    static List<Path> entries(Path root, List<Path> layers) throws IOException {
        List<Path> entries = new ArrayList<>();
        entries.add(root);
        entries.addAll(archives(root));
        entries.addAll(archives(root.resolve("lib")));
        List<Path> later = new ArrayList<>(layers);
        Collections.reverse(later); // of two layers with the same class the later one counts
        for (Path layer : later) {
            Path java = layer.resolve("java");
            entries.add(java);
            entries.addAll(archives(java.resolve("lib")));
        }
        return entries;
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("A path without an address: " + path, e);
        }
    }

    static List<Path> archives(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.jar")) {
                all.forEach(found::add);
            }
            Collections.sort(found);
        }
        return found;
    }

    static List<Path> paths(Object texts) {
        List<Path> paths = new ArrayList<>();
        for (Object each : (List<?>) texts) {
            paths.add(Paths.get((String) each));
        }
        return paths;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] own = compiled.get(name);
        return own == null ? super.findClass(name) : defineClass(name, own, 0, own.length);
    }
}
