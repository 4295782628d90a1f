package dev.dovetail.kernel.http;

import dev.dovetail.spi.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The text of a line of code, as far as its code is a text. */
final class CodeLines {
    private CodeLines() {}

    static Optional<String> find(Path root, Place place) {
        Path file = root.resolve(place.file()).normalize();
        if (place.line() < 1 || !file.startsWith(root) || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.skip(place.line() - 1L).findFirst();
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // no text, or swept away
        }
    }
}
