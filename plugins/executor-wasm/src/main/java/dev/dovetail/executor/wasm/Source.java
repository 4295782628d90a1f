package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The module that a handler names.
 *
 * @param file relative to the root of the code
 * @param export the function that the handler names
 */
record Source(String file, String export, byte[] module) {
    static final String SUFFIX = ".wasm";

    /** @throws Rejected if there is no such file, or a larger one than may be */
    static Source of(Launch launch, long mostBytes) throws Rejected {
        String handler = launch.handler();
        int dot = handler.lastIndexOf('.');
        if (dot <= 0 || dot == handler.length() - 1) {
            throw new Rejected(Problem.error(
                    "HANDLER_NOT_FOUND", "Not a handler: \"" + handler + "\"; expected file.export, as main.handler"));
        }
        String file = handler.substring(0, dot) + SUFFIX;
        Path path = launch.code().resolve(file).normalize();
        if (!path.startsWith(launch.code().normalize()) || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new Rejected(missing(launch, handler.substring(0, dot), file));
        }
        try {
            long size = Files.size(path);
            if (size > mostBytes) {
                throw new Rejected(problem(
                        "MODULE_TOO_LARGE",
                        "The module has " + size + " bytes; at most " + mostBytes + " are allowed",
                        new Place(file, 0, 0),
                        Optional.of("build it for size (-Oz) and strip it, or raise module-bytes")));
            }
            return new Source(file, handler.substring(dot + 1), Files.readAllBytes(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Problem missing(Launch launch, String name, String file) {
        boolean text = Files.isRegularFile(launch.code().resolve(name + ".wat"));
        return problem(
                "HANDLER_NOT_FOUND",
                "There is no file " + file + ", which the handler \"" + launch.handler() + "\" names",
                new Place(file, 0, 0),
                text
                        ? Optional.of("compile " + name + ".wat first: wat2wasm " + name + ".wat")
                        : Optional.of("put the module there, or name another in the handler"));
    }

    static Problem problem(String code, String message, Place place, Optional<String> remedy) {
        return new Problem(code, Problem.Severity.ERROR, message, Optional.of(place), Optional.empty(), remedy);
    }
}
