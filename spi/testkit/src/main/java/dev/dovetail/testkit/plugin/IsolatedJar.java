package dev.dovetail.testkit.plugin;

import dev.dovetail.spi.plugin.Provider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceLoader;

/** A private copy of a plugin's jar, loaded as the kernel would: it sees the JDK, the SPI and itself. */
final class IsolatedJar implements AutoCloseable {
    static {
        URLConnection.setDefaultUseCaches("jar", false); // as in the kernel
    }

    private final Path directory;
    private final URLClassLoader loader;

    private IsolatedJar(Path directory, URLClassLoader loader) {
        this.directory = directory;
        this.loader = loader;
    }

    static IsolatedJar load(Path jar) {
        try {
            Path directory = Files.createTempDirectory("dovetail-jar");
            Path copy = Files.copy(jar, directory.resolve("plugin.jar"));
            URL[] urls = {copy.toUri().toURL()};
            return new IsolatedJar(directory, new URLClassLoader("plugin", urls, new SpiOnly()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ClassLoader loader() {
        return loader;
    }

    Path directory() {
        return directory;
    }

    /** The providers that the jar lists, each made anew. */
    @SuppressWarnings("rawtypes") // a class literal has no type parameter
    List<Provider<?>> providers() {
        return ServiceLoader.load(Provider.class, loader).stream()
                .<Provider<?>>map(ServiceLoader.Provider::get)
                .toList();
    }

    @Override
    public void close() {
        try {
            loader.close();
            Files.deleteIfExists(directory.resolve("plugin.jar"));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class SpiOnly extends ClassLoader {
        SpiOnly() {
            super("spi", getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("dev.dovetail.spi.")) {
                return Provider.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }

        @Override
        protected Enumeration<URL> findResources(String name) {
            return Collections.emptyEnumeration();
        }
    }
}
