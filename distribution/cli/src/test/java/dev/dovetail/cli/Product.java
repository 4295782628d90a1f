package dev.dovetail.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder of the product with some of its plugins, for commands that look where they are installed. */
record Product(Path home) implements AutoCloseable {
    private static final String HOME = "dovetail.home";
    private static final String CACHE = "dovetail.cache";
    private static final Path PLUGINS =
            Path.of("..", "..", "plugins").toAbsolutePath().normalize();

    /** Installs these plugins, as the build has packaged them, and says so to the commands of this JVM. */
    static Product with(Path home, String... plugins) throws IOException {
        Path folder = Files.createDirectories(home.resolve("plugins"));
        for (String each : plugins) {
            Path target = PLUGINS.resolve(each).resolve("target");
            List<Path> jars;
            try (var all = Files.list(target)) {
                jars = all.filter(file -> file.getFileName().toString().matches(each + "-\\d+\\.\\d+\\.\\d+\\.jar"))
                        .toList();
            }
            if (jars.size() != 1) {
                throw new IllegalStateException("Expected one packaged jar of " + each + " in " + target + ", found "
                        + jars + "; package before testing");
            }
            Files.copy(jars.getFirst(), folder.resolve(jars.getFirst().getFileName()));
        }
        System.setProperty(HOME, home.toString());
        Product product = new Product(home);
        System.setProperty(CACHE, product.cache().toString());
        return product;
    }

    /** What plugins keep between two runs. */
    Path cache() {
        return home.resolve("kept");
    }

    @Override
    public void close() {
        System.clearProperty(HOME);
        System.clearProperty(CACHE);
    }
}
