package dev.dovetail.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Functions that are run on this machine, each with its real executor. */
@ResourceLock("dovetail.home")
class Locally {
    static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    Product product;

    @BeforeEach
    void installed() throws IOException {
        product = Product.with(
                folder.resolve("home"), "executor-starlark", "executor-python", "executor-node", "executor-wasm");
    }

    @AfterEach
    void gone() {
        product.close();
    }

    Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    static Ran run(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "run";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Ran.run(
                wish -> {
                    throw new Server.CannotStart("This command starts nothing: " + wish);
                },
                all);
    }

    static String path(Path path) {
        return path.toString();
    }
}
