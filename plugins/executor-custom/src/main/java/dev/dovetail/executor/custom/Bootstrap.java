package dev.dovetail.executor.custom;

import dev.dovetail.executor.custom.lambda.Program;
import dev.dovetail.spi.executor.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The program that a function brings.
 *
 * @param outside where it is
 * @param inside where the function sees it
 * @param digest of the function's code, in hexadecimal digits
 */
record Bootstrap(Path outside, Path inside, String digest) {
    private static final String NAME = "bootstrap";

    /** That of the code, or else that of the layer that was attached last. */
    static Optional<Bootstrap> find(Launch launch) {
        String digest = launch.version().code().hex();
        Path own = launch.code().resolve(NAME);
        if (Files.isRegularFile(own)) {
            return Optional.of(new Bootstrap(own, Program.TASK.resolve(NAME), digest));
        }
        for (int i = launch.layers().size() - 1; i >= 0; i--) {
            Path layers = launch.layers().get(i).resolve(NAME);
            if (Files.isRegularFile(layers)) {
                return Optional.of(new Bootstrap(layers, Program.layer(i).resolve(NAME), digest + "-" + i));
            }
        }
        return Optional.empty();
    }

    /** As people are told of it: relative to the code, if it is there. */
    String shown() {
        return inside.startsWith(Program.TASK) ? Program.TASK.relativize(inside).toString() : inside.toString();
    }

    /**
     * The program as something that can be started. Archives need not say that a file is a program; where this one did not, a
     * copy that is one takes its place.
     */
    Program runnable(Path cache) throws IOException {
        if (Files.isExecutable(outside) && everybodys(outside)) {
            return new Program(outside, inside, false);
        }
        Path copy = cache.resolve(NAME + "-" + digest);
        if (!Files.isExecutable(copy) || Files.size(copy) != Files.size(outside)) {
            Files.createDirectories(cache);
            Path half = Files.createTempFile(cache, NAME, ".half");
            try {
                Files.copy(outside, half, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(half, copy, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(half);
            }
        }
        return new Program(copy, inside, true);
    }

    private static boolean everybodys(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                .endsWith("r-x");
    }
}
