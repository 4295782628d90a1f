package dev.dovetail.kernel.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory workers may be promised on this machine. Few use all of their limit, so more is promised than there is; when
 * the machine itself runs short, nothing more is promised until some is free. Thread-safe.
 */
final class Room {
    private static final Path MEMORY = Path.of("/proc/meminfo");
    /** Of the machine's memory, what workers may have. */
    private static final double SHARE = 0.75;
    /** How many times what there is may be promised. */
    private static final int OVERCOMMIT = 4;
    /** Below so much of the machine's memory, in percent, no worker is started that can wait. */
    private static final int SHORT = 8;

    private final long megabytes;
    private final AtomicLong promised = new AtomicLong();

    /** @param megabytes that may be promised; 0 to work it out from the machine */
    Room(long megabytes) {
        this.megabytes = megabytes > 0 ? megabytes : (long) (read("MemTotal:") / 1024.0 * SHARE * OVERCOMMIT);
    }

    /** Promises so much, if there is room. */
    boolean take(int wanted) {
        if (megabytes <= 0) {
            return true; // a machine that does not tell
        }
        long after = promised.addAndGet(wanted);
        if (after > megabytes && after != wanted) { // one that is larger than all may have it all
            promised.addAndGet(-wanted);
            return false;
        }
        return true;
    }

    void giveBack(int megabytes) {
        if (this.megabytes > 0) {
            promised.addAndGet(-megabytes);
        }
    }

    long promised() {
        return promised.get();
    }

    /** Whether the machine itself has little left, whatever was promised. */
    boolean isShort() {
        long total = read("MemTotal:");
        return total > 0 && read("MemAvailable:") * 100 < total * SHORT;
    }

    /** Kibibytes, or 0 where the machine does not tell. */
    private static long read(String key) {
        try {
            for (String line : Files.readAllLines(MEMORY)) {
                if (line.startsWith(key)) {
                    return Long.parseLong(
                            line.substring(key.length()).replace("kB", "").strip());
                }
            }
        } catch (IOException e) {
            // not a Linux
        }
        return 0;
    }
}
