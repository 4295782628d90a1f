package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.plugin.Provider;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.pf4j.DefaultVersionManager;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginManager;
import org.pf4j.JarPluginRepository;
import org.pf4j.Plugin;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.VersionManager;

/**
 * One loaded plugin jar: a private copy of the file, its class loader, its providers, and nothing shared with any other. The
 * one file that knows PF4J.
 */
final class Generation implements AutoCloseable {
    private static final VersionManager VERSIONS = new DefaultVersionManager();

    static {
        // the JDK's cache of open jars would keep a descriptor on every jar whose resource a plugin reads by its URL
        URLConnection.setDefaultUseCaches("jar", false);
    }

    private final OneJar pf4j;
    private final String id;
    private final Path copy;

    private Generation(OneJar pf4j, String id, Path copy) {
        this.pf4j = pf4j;
        this.id = id;
        this.copy = copy;
    }

    /**
     * Copies the jar and loads the copy; no code of it runs yet.
     *
     * @param directory an empty one of the generation's own
     * @throws Refusal if PF4J will not have it
     */
    static Generation load(Path jar, Path directory, String spiVersion) throws IOException {
        Path copy = directory.resolve("plugin.jar");
        Files.copy(jar, copy);
        OneJar pf4j = new OneJar(copy);
        pf4j.setSystemVersion(spiVersion);
        try {
            String id = pf4j.loadPlugin(copy);
            Generation generation = new Generation(pf4j, id, copy);
            if (pf4j.startPlugin(id) != PluginState.STARTED) {
                generation.close();
                throw new Refusal(id + " does not start: its state is "
                        + pf4j.getPlugin(id).getPluginState().toString().toLowerCase(Locale.ROOT));
            }
            return generation;
        } catch (PluginRuntimeException e) {
            throw new Refusal("PF4J refuses the jar: " + e.getMessage());
        }
    }

    static Digest digestOf(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[1 << 16];
        try (var in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256);
    }

    /** Whether an SPI of this version is what a plugin requires, such as {@code >=0.1.0 & <0.2.0}. */
    static boolean fits(String spiVersion, String requires) {
        return VERSIONS.checkVersionConstraint(spiVersion, requires);
    }

    static int compareVersions(String one, String other) {
        return VERSIONS.compareVersions(one, other);
    }

    ClassLoader loader() {
        return pf4j.getPlugin(id).getPluginClassLoader();
    }

    /** The providers in the jar, each made anew. Runs the plugin's code: to be called across the boundary. */
    @SuppressWarnings("rawtypes") // a class literal has no type parameter
    List<Provider<?>> providers() {
        ClassLoader own = loader();
        return ServiceLoader.load(Provider.class, own).stream()
                .filter(found -> found.type().getClassLoader() == own)
                .<Provider<?>>map(ServiceLoader.Provider::get)
                .toList();
    }

    /** Closes the class loader and deletes the copy. Closing twice does nothing. */
    @Override
    public void close() {
        pf4j.unloadPlugin(id);
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            // an empty directory is the caller's to delete; a file that stays goes at the next start
        }
    }

    /** A PF4J manager for this one jar: PF4J keeps one version per id, so each version has a manager of its own. */
    private static final class OneJar extends JarPluginManager {
        private static final ClassLoader SPI = new SpiOnlyLoader(OneJar.class.getClassLoader());

        OneJar(Path jar) {
            super(jar.getParent());
        }

        /** Our plugins have no plugin class: a provider's open and a service's close are the whole life cycle. */
        @Override
        protected PluginFactory createPluginFactory() {
            return wrapper -> new Plugin();
        }

        /** The jar is named: nothing is searched for. */
        @Override
        protected PluginRepository createPluginRepository() {
            return new JarPluginRepository(getPluginsRoots());
        }

        @Override
        protected PluginLoader createPluginLoader() {
            return new JarPluginLoader(this) {
                @Override
                protected PluginClassLoader createPluginClassLoader(Path path, PluginDescriptor descriptor) {
                    return new PluginClassLoader(pluginManager, descriptor, SPI);
                }
            };
        }
    }
}
