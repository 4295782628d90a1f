package dev.dovetail.kernel.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How many connections this process may have: each needs a file descriptor, as do files and workers, and some of the heap. */
final class Descriptors {
    private static final Pattern LIMIT = Pattern.compile("^Max open files +(\\d+)", Pattern.MULTILINE);
    private static final int FEWEST = 16;
    private static final long KERNELS = 64L << 20;

    /** 22 KB for one that is silent, 38 KB for one that follows a log. */
    private static final int EACH = 40 << 10;

    private Descriptors() {}

    /** How many connections leave enough for the rest. */
    static int connections() {
        int inHeap = inHeap(Runtime.getRuntime().maxMemory());
        return Math.min(inHeap, free().orElse(inHeap));
    }

    /** Half of what the heap has above the kernel's own. */
    static int inHeap(long heap) {
        return Math.clamp((heap - KERNELS) / 2 / EACH, FEWEST, Integer.MAX_VALUE);
    }

    /** Empty if this system does not tell, or has no bound. */
    private static OptionalInt free() {
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
