package dev.dovetail.kernel.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How many file descriptors this process may have, and has: each connection needs one, and so do files and workers. */
final class Descriptors {
    private static final Pattern LIMIT = Pattern.compile("^Max open files +(\\d+)", Pattern.MULTILINE);
    private static final int FEWEST = 16;

    private Descriptors() {}

    /** How many connections leave enough for the rest; empty if this system does not tell, or has no bound. */
    static OptionalInt connections() {
        Path self = Path.of("/proc/self");
        try {
            Matcher limit = LIMIT.matcher(Files.readString(self.resolve("limits")));
            if (!limit.find()) {
                return OptionalInt.empty();
            }
            try (Stream<Path> open = Files.list(self.resolve("fd"))) {
                return OptionalInt.of(connections(Long.parseLong(limit.group(1)), open.count()));
            }
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** Three of four that are free when the node starts. */
    static int connections(long limit, long open) {
        return Math.clamp((limit - open) / 4 * 3, FEWEST, Integer.MAX_VALUE);
    }
}
