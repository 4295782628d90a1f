package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.plugin.ExecutorProvider.Ability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The lines at which a version's code is to be held, as far as they can be told without knowing its language: a line that no file
 * has is refused, and one that is empty stands for the next that is not.
 */
final class Stops {
    private static final int MOST = 100;
    private static final int MOST_FILES = 1000;
    private static final long LARGEST = 1 << 20;

    private final Catalog catalog;

    Stops(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The places that are set with these in addition.
     *
     * @throws Refusal if the version's runtime cannot hold code, or a line is none of its code's
     */
    List<Place> with(List<Place> before, JsonNode locations, Optional<Deployed> version) throws InterruptedException {
        if (!locations.isArray() || locations.isEmpty()) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "/locations", "expected a list of {line, file?}", locations.toString());
        }
        Map<String, List<String>> files = version.isPresent() ? files(version.get()) : Map.of();
        Set<Place> places = new LinkedHashSet<>(before);
        for (int i = 0; i < locations.size(); i++) {
            String file = locations.get(i).path("file").stringValue("");
            int line = locations.get(i).get("line").asInt(Integer.MAX_VALUE);
            places.add(new Place(file, files.isEmpty() ? line : line(files, file, line, "/locations/" + i), 0));
        }
        if (places.size() > MOST) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "/locations",
                    "expected at most " + MOST + " breakpoints in all",
                    Integer.toString(places.size()));
        }
        return List.copyOf(places);
    }

    private static int line(Map<String, List<String>> files, String file, int line, String at) {
        if (!file.isEmpty() && !files.containsKey(file)) {
            throw Refusal.field(
                    ErrorType.VALIDATION, at + "/file", "expected one of " + files.keySet(), "\"" + file + "\"");
        }
        List<List<String>> meant = file.isEmpty() ? List.copyOf(files.values()) : List.of(files.get(file));
        return meant.stream()
                .map(lines -> next(lines, line))
                .flatMapToInt(OptionalInt::stream)
                .min()
                .orElseThrow(() -> Refusal.field(
                        ErrorType.VALIDATION,
                        at + "/line",
                        "expected a line of the code; the last one is "
                                + meant.stream().mapToInt(Stops::last).max().orElse(0),
                        Integer.toString(line)));
    }

    /** This line, or the next that is not empty. */
    private static OptionalInt next(List<String> lines, int line) {
        return IntStream.rangeClosed(line, lines.size())
                .filter(each -> !lines.get(each - 1).isBlank())
                .findFirst();
    }

    private static int last(List<String> lines) {
        return IntStream.iterate(lines.size(), each -> each > 0, each -> each - 1)
                .filter(each -> !lines.get(each - 1).isBlank())
                .findFirst()
                .orElse(0);
    }

    /** The texts of the code by their names; none if not all of them can be seen here. */
    private Map<String, List<String>> files(Deployed version) throws InterruptedException {
        Optional<RuntimeOffer> offer = catalog.findOffer(version);
        if (offer.isEmpty()) {
            return Map.of(); // it may come back
        }
        if (!offer.get().abilities().contains(Ability.DEBUG)) {
            throw Refusal.of(
                    ErrorType.INVALID_STATE,
                    "Code of the runtime " + offer.get().runtime() + " cannot be held: "
                            + offer.get().plugin() + " does not declare " + Ability.DEBUG);
        }
        Launch launch = catalog.launch(version);
        if (!launch.layers().isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(launch.code())) {
            for (Path file :
                    all.filter(Files::isRegularFile).limit(MOST_FILES + 1).toList()) {
                if (files.size() == MOST_FILES || Files.size(file) > LARGEST) {
                    return Map.of();
                }
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                files.put(
                        launch.code().relativize(file).toString(), text.lines().toList());
            }
        } catch (IOException e) {
            return Map.of(); // swept away meanwhile
        }
        return files;
    }
}
