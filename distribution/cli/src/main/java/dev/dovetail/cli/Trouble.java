package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import dev.dovetail.spi.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What is wrong with code of one's own: what, where, the lines there, who called it. */
final class Trouble {
    private static final int MOST_FRAMES = 10;
    private static final long LARGEST = 1 << 20;
    private static final Pattern PLACE = Pattern.compile("(.+?):(\\d{1,9})(?::(\\d{1,9}))?");

    private final Screen screen;
    private final Path folder;

    /** @param folder where the code is */
    Trouble(Screen screen, Path folder) {
        this.screen = screen;
        this.folder = folder;
    }

    /** The place that this text is, if it is one. */
    static Optional<Place> place(String text) {
        Matcher matcher = PLACE.matcher(text);
        return matcher.matches()
                ? Optional.of(new Place(
                        matcher.group(1),
                        Integer.parseInt(matcher.group(2)),
                        matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    /** @param snippet the line, if the file cannot be read here */
    void show(String message, Optional<Place> place, Optional<String> snippet) {
        screen.complain(Screen.plain(message));
        place.filter(at -> !at.file().isEmpty()).ifPresent(at -> show(at, snippet));
    }

    private void show(Place place, Optional<String> snippet) {
        screen.aside("  at " + screen.ink(Ink.BOLD, Screen.plain(place.toString())));
        List<String> frame = text(place.file())
                .map(text -> new CodeFrame(screen).lines(text, place.line(), place.column()))
                .orElse(List.of());
        frame.forEach(screen::aside);
        if (frame.isEmpty()) {
            snippet.ifPresent(line -> screen.aside("    " + Screen.plain(line)));
        }
    }

    /** The source of a place, if it is a file of the function's own. */
    private Optional<String> text(String file) {
        Path path = folder.resolve(file).normalize();
        try {
            // a compiled module has no lines: what counts as one in its places is a function
            return path.startsWith(folder) && Files.isRegularFile(path) && Files.size(path) <= LARGEST
                    ? Optional.of(new String(Files.readAllBytes(path), StandardCharsets.UTF_8))
                            .filter(text -> text.indexOf('\0') < 0)
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // the place is told without its line
        }
    }

    /** Who called the code that failed, as the details of its fault have it. */
    void callers(JsonNode details) {
        JsonNode frames = details.path("stack").path("frames");
        for (int i = 1; i < Math.min(frames.size(), MOST_FRAMES); i++) {
            JsonNode frame = frames.get(i);
            String at =
                    frame.path("file").asString("") + ":" + frame.path("line").asInt(0);
            screen.aside(screen.ink(
                    Ink.FAINT,
                    "  " + (i == 1 ? "called by " : "          ")
                            + Screen.plain(at + " in " + frame.path("function").asString("?"))));
        }
    }
}
