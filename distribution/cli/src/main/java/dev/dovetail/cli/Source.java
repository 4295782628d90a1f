package dev.dovetail.cli;

import dev.dovetail.cli.local.Languages;
import dev.dovetail.cli.local.Offer;
import dev.dovetail.cli.local.Scratch;
import dev.dovetail.spi.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A function on disk that is to be run here: one file of source, or a folder with or without a {@code function.json}.
 *
 * @param folder where its code is
 * @param temporary whether the folder was made for this run
 * @param said what its {@code function.json} says; empty if there is none
 */
record Source(Name name, Path folder, boolean temporary, Offer offer, String handler, ObjectNode said)
        implements AutoCloseable {
    private static final String DESCRIPTION = "function.json";
    private static final List<String> USUAL = List.of("main", "index", "handler", "app", "bootstrap");

    /**
     * @param runtime the one that was asked for; otherwise the file's ending tells it
     * @param handler the one that was asked for; otherwise the runtime's usual one, in this file
     */
    static Source of(Path given, Languages languages, Optional<String> runtime, Optional<String> handler) {
        Path path = given.toAbsolutePath().normalize();
        if (Files.isDirectory(path)) {
            return ofFolder(path, languages, runtime, handler);
        }
        if (!Files.isRegularFile(path)) {
            throw new Main.Unusable("Cannot run " + given + ": there is no such file or folder");
        }
        String file = path.getFileName().toString();
        Offer offer = runtime.map(languages::named).orElseGet(() -> languages.forFile(file));
        return new Source(
                name(stem(file)),
                alone(path),
                true,
                offer,
                handler.orElseGet(() -> offer.handlerIn(stem(file))),
                Screen.JSON.createObjectNode());
    }

    private static Source ofFolder(
            Path folder, Languages languages, Optional<String> runtime, Optional<String> handler) {
        Path description = folder.resolve(DESCRIPTION);
        ObjectNode said = Screen.JSON.createObjectNode();
        if (Files.isRegularFile(description)) {
            if (!(Input.json(description) instanceof ObjectNode object)) {
                throw new Main.Unusable("Cannot run " + folder + ": " + description + " is no JSON object");
            }
            said = object;
        }
        Optional<String> wanted = runtime.or(() -> text(description, "runtime"));
        Optional<String> called = handler.or(() -> text(description, "handler"));
        Name name = name(said.path("name").asString(String.valueOf(folder.getFileName())));
        if (wanted.isPresent()) {
            Offer offer = languages.named(wanted.get());
            return new Source(name, folder, false, offer, called.orElse(offer.handler()), said);
        }
        String file = entry(folder, languages, called);
        Offer offer = languages.forFile(file);
        return new Source(name, folder, false, offer, called.orElseGet(() -> offer.handlerIn(stem(file))), said);
    }

    private static Optional<String> text(Path description, String member) {
        return Files.isRegularFile(description)
                ? Optional.of(Input.json(description).path(member).asString("")).filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    /** The file that is called: the one that the handler names, the only one, or one with a usual name. */
    private static String entry(Path folder, Languages languages, Optional<String> handler) {
        List<String> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(Files::isRegularFile)
                    .map(each -> each.getFileName().toString())
                    .filter(languages::knows)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new Main.Unusable("Cannot read " + folder + ": " + Input.reason(e));
        }
        Optional<String> named = handler.map(each -> each.replaceFirst("\\.[^.]*$", ""));
        List<String> fitting = named.isPresent()
                ? files.stream().filter(each -> stem(each).equals(named.get())).toList()
                : files.size() == 1
                        ? files
                        : files.stream()
                                .filter(each -> USUAL.contains(stem(each)))
                                .toList();
        if (fitting.size() != 1) {
            throw new Main.Unusable("Cannot tell which file of " + folder + " is called ("
                    + (files.isEmpty() ? "none is of a known language" : "there are " + String.join(", ", files))
                    + "): name the file itself, or --handler, or write a " + DESCRIPTION);
        }
        return fitting.getFirst();
    }

    /**
     * A folder with a copy of this one file, as a deployment of it would have. It is in one that only the user may enter, and
     * may itself be read by all: in a sandbox code runs as somebody else.
     */
    private static Path alone(Path file) {
        try {
            Path folder = Files.createDirectory(
                    Files.createTempDirectory("dovetail-code-").resolve("code"));
            Path copy = Files.copy(file, folder.resolve(file.getFileName()));
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return folder;
        } catch (IOException e) {
            throw new Main.Unusable("Cannot read " + file + ": " + Input.reason(e));
        }
    }

    private static String stem(String file) {
        int dot = file.lastIndexOf('.');
        return dot <= 0 ? file : file.substring(0, dot);
    }

    /** A function's name like this file's. */
    static Name name(String like) {
        String name =
                like.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^[^a-z]+|-+$", "");
        return Name.find(name).orElse(Name.of("function"));
    }

    /** The environment that its {@code function.json} gives it. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        said.path("environment")
                .properties()
                .forEach(each -> environment.put(each.getKey(), each.getValue().asString("")));
        return environment;
    }

    /** The limits of its executor's own that its {@code function.json} gives it. */
    Map<String, Long> limits() {
        Map<String, Long> limits = new LinkedHashMap<>();
        said.path("traits").path("limits").properties().forEach(each -> {
            JsonNode value = each.getValue();
            if (value.isIntegralNumber()) {
                limits.put(each.getKey(), value.longValue());
            }
        });
        return limits;
    }

    @Override
    public void close() {
        if (temporary) {
            Scratch.delete(folder.getParent());
        }
    }
}
