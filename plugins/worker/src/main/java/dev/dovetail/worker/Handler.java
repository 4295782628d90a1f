package dev.dovetail.worker;

import dev.dovetail.spi.executor.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a handler names.
 *
 * @param file relative to the code, with its suffix
 * @param function the exported name
 */
public record Handler(String file, String function) {
    /** A handler, or what is wrong with it. */
    public record Found(Optional<Handler> handler, Optional<Problem> problem) {}

    /** @param suffixes in the order in which they are looked for */
    public static Found find(String text, Path code, List<String> suffixes) {
        int dot = text.lastIndexOf('.');
        if (dot < 1 || dot == text.length() - 1) {
            return wrong(
                    "Not a handler: \"" + text + "\"; expected file.function",
                    "name a file without its suffix, a dot, and a function that it exports");
        }
        String base = text.substring(0, dot);
        Path root = code.toAbsolutePath().normalize();
        for (String suffix : suffixes) {
            Path path = root.resolve(base + suffix).normalize();
            if (path.startsWith(root) && Files.isRegularFile(path)) {
                return new Found(
                        Optional.of(new Handler(root.relativize(path).toString(), text.substring(dot + 1))),
                        Optional.empty());
            }
        }
        return wrong(
                "The handler \"" + text + "\" needs a file \"" + base + suffixes.getFirst()
                        + "\", which the code does not have",
                "add the file, or name another handler");
    }

    public static Found found(String file, String function) {
        return new Found(Optional.of(new Handler(file, function)), Optional.empty());
    }

    /** What is wrong with a handler, and what to do about it. */
    public static Found wrong(String message, String remedy) {
        return new Found(
                Optional.empty(),
                Optional.of(new Problem(
                        "HANDLER_NOT_FOUND",
                        Problem.Severity.ERROR,
                        message,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(remedy))));
    }
}
