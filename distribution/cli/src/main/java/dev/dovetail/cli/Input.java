package dev.dovetail.cli;

import dev.dovetail.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What is given on the command line: JSON itself, {@code @file}, or {@code -} for standard input. */
final class Input {
    /** Where the parser says that it does not show what it read. */
    private static final Pattern SOURCE = Pattern.compile(" \\(start marker at \\[.*?\\]\\)");

    private Input() {}

    static JsonNode json(String given) {
        if (given.equals("-")) {
            return parsed(standardInput(), "standard input");
        }
        if (given.startsWith("@")) {
            Path file = Path.of(given.substring(1));
            return parsed(bytes(file), file.toString());
        }
        return parsed(given.getBytes(StandardCharsets.UTF_8), "the input");
    }

    static JsonNode json(Path file) {
        return parsed(bytes(file), file.toString());
    }

    /** A JSON value in each line that is not blank. */
    static List<Bytes> lines(Path file) {
        List<Bytes> all = new ArrayList<>();
        String[] lines = new String(bytes(file), StandardCharsets.UTF_8).split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isBlank()) {
                JsonNode value = parsed(lines[i].getBytes(StandardCharsets.UTF_8), file + ", line " + (i + 1));
                all.add(Bytes.given(Screen.JSON.writeValueAsBytes(value)));
            }
        }
        return all;
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Main.Unusable("Cannot read " + file + ": " + reason(e));
        }
    }

    static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "there is no such file";
            case java.nio.file.AccessDeniedException _ -> "access is denied";
            case java.nio.file.FileAlreadyExistsException _ -> "there is a file of that name";
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    private static byte[] standardInput() {
        try {
            return System.in.readAllBytes();
        } catch (IOException e) {
            throw new Main.Unusable("Cannot read standard input: " + reason(e));
        }
    }

    /** What the parser says, without what it says of itself. */
    private static String words(JacksonException e) {
        return SOURCE.matcher(e.getOriginalMessage()).replaceAll("");
    }

    private static JsonNode parsed(byte[] bytes, String what) {
        try {
            JsonNode read = Screen.JSON.readTree(bytes);
            if (read.isMissingNode()) {
                throw new Main.Unusable("Not JSON: " + what + " is empty");
            }
            return read;
        } catch (JacksonException e) {
            throw new Main.Unusable("Not JSON: " + what + ": " + words(e) + " (line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ")");
        }
    }
}
