package dev.dovetail.kernel.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/** Lets a plugin see the JDK and the SPI, and nothing else of the kernel. */
final class SpiOnlyLoader extends ClassLoader {
    private static final String SPI = "dev.dovetail.spi.";

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader kernel;

    SpiOnlyLoader(ClassLoader kernel) {
        super("spi", getPlatformClassLoader());
        this.kernel = kernel;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith(SPI)) {
            return kernel.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return Collections.emptyEnumeration();
    }
}
