package dev.dovetail.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the constructor and the methods of a test class the house they ask for, or its flows. It is one for the whole class: opened
 * when it is asked for first, and closed after the last test.
 */
final class OpenHouse implements ParameterResolver {
    private record Lodging(House house, Path folder) implements AutoCloseable {
        static Lodging open() {
            try {
                Path folder = Files.createTempDirectory("dovetail-house");
                return new Lodging(House.at(folder).open(), folder);
            } catch (IOException e) {
                throw new ParameterResolutionException("No house", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ParameterResolutionException("Interrupted", e);
            }
        }

        @Override
        public void close() {
            house.close();
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return List.of(House.class, Flows.class)
                .contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext whole = context;
        while (whole.getTestMethod().isPresent()) {
            whole = whole.getParent().orElseThrow();
        }
        House house = whole.getStore(ExtensionContext.Namespace.create(OpenHouse.class))
                .computeIfAbsent(Lodging.class, key -> Lodging.open(), Lodging.class)
                .house();
        return parameter.getParameter().getType() == House.class ? house : new Flows(house);
    }
}
