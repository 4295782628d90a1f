package dev.dovetail.testkit.plugin;

import dev.dovetail.spi.plugin.Provider;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Certifies that a plugin can be unloaded: it is opened, used, closed and unloaded again and again, and nothing is left. */
final class Certificate {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PluginJarContract plugin;
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    Certificate(PluginJarContract plugin) {
        this.plugin = plugin;
    }

    /** @throws AssertionError that says what is left */
    void over(int rounds) throws Exception {
        round(); // what the JDK opens once, it opens now
        List<String> before = descriptors();
        for (int i = 1; i < rounds; i++) {
            round();
        }
        List<String> more = new ArrayList<>(descriptors());
        before.forEach(more::remove);
        if (!more.isEmpty()) {
            throw new AssertionError("After " + rounds + " rounds these descriptors are left open: " + more);
        }
        awaitCollected();
    }

    private void round() throws Exception {
        try (IsolatedJar jar = IsolatedJar.load(plugin.jar())) {
            loaders.add(new WeakReference<>(jar.loader()));
            Thread.currentThread().setContextClassLoader(jar.loader());
            try {
                for (Provider<?> provider : jar.providers()) {
                    openUseAndClose(plugin, provider);
                }
            } finally {
                Thread.currentThread().setContextClassLoader(Certificate.class.getClassLoader());
            }
            List<String> threads = threadsOf(jar.loader());
            if (!threads.isEmpty()) {
                throw new AssertionError("After the close these threads of the plugin's still run: " + threads);
            }
        }
    }

    /** Opens the service in a workshop of its own, which fails if threads are left. */
    static void openUseAndClose(PluginJarContract plugin, Provider<?> provider) throws Exception {
        try (Workshop workshop = new Workshop();
                AutoCloseable service =
                        provider.open(Settings.of(provider.schema(), plugin.config(provider.type())), workshop)) {
            plugin.use(provider.type(), service);
        }
    }

    /** The second is opened, used and closed while the first is open. */
    static void openUseAndCloseBoth(PluginJarContract plugin, Provider<?> first, Provider<?> second) throws Exception {
        try (Workshop workshop = new Workshop();
                AutoCloseable service =
                        first.open(Settings.of(first.schema(), plugin.config(first.type())), workshop)) {
            plugin.use(first.type(), service);
            openUseAndClose(plugin, second);
            plugin.use(first.type(), service);
        }
    }

    private static List<String> threadsOf(ClassLoader loader) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getContextClassLoader() == loader && thread != Thread.currentThread())
                .map(Thread::toString)
                .toList();
    }

    /** Where this process's descriptors lead; empty where the machine does not tell. */
    private static List<String> descriptors() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.flatMap(each -> {
                        try {
                            return Stream.of(Files.readSymbolicLink(each).toString());
                        } catch (IOException e) {
                            return Stream.of(); // the one that listed them
                        }
                    })
                    .filter(target -> !target.startsWith("/proc/"))
                    .map(target -> target.replaceAll("\\d+", "#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitCollected() throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        long pause = 1;
        while (left() > 0) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError(left() + " of " + loaders.size() + " class loaders are still in memory "
                        + PATIENCE.toSeconds() + " s after they were closed: a thread, a thread-local, a registry or"
                        + " a hook of the JDK's holds a class of the plugin's");
            }
            System.gc();
            Thread.sleep(pause);
            pause = Math.min(pause * 2, 200);
        }
    }

    private long left() {
        return loaders.stream().filter(each -> !each.refersTo(null)).count();
    }
}
