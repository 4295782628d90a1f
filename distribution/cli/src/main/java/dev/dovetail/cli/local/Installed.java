package dev.dovetail.cli.local;

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.spi.plugin.Provider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Asks the executors in a folder of plugins what they run. Each is asked in a class loader that is closed again: which one
 * is loaded for good, the kernel's way, is known only then.
 */
final class Installed {
    private static final System.Logger LOG = System.getLogger(Installed.class.getName());

    private Installed() {}

    /**
     * What they offer, in the order of the files' names; a jar that cannot be asked is told in the log and left out.
     *
     * @throws UncheckedIOException if the folder cannot be read
     */
    static List<Offer> in(Path plugins) {
        if (!Files.isDirectory(plugins)) {
            return List.of();
        }
        List<Offer> offers = new ArrayList<>();
        try (Stream<Path> files = Files.list(plugins)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted(Newest.ORDER)
                    .toList()) {
                try {
                    offers.addAll(of(jar));
                } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                    LOG.log(System.Logger.Level.ERROR, "{0} does not say what it runs: {1}", jar.getFileName(), e);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The plugins in " + plugins + " cannot be read", e);
        }
        return List.copyOf(offers);
    }

    @SuppressWarnings("rawtypes") // a class literal has no type parameter
    private static List<Offer> of(Path jar) throws IOException {
        List<Offer> offers = new ArrayList<>();
        URL[] own = {jar.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(own, Provider.class.getClassLoader())) {
            for (ServiceLoader.Provider<Provider> found :
                    ServiceLoader.load(Provider.class, loader).stream().toList()) {
                Class<? extends Provider> type = found.type();
                if (type.getClassLoader() == loader && ExecutorProvider.class.isAssignableFrom(type)) {
                    offers.addAll(of((ExecutorProvider) found.get(), jar));
                }
            }
        }
        return offers;
    }

    private static List<Offer> of(ExecutorProvider executor, Path jar) {
        return executor.runtimes().stream()
                .map(each -> new Offer(
                        each.name(),
                        each.suffix(),
                        each.handler(),
                        each.missing(),
                        executor.type(),
                        executor.limitsSchema(),
                        jar))
                .toList();
    }
}
