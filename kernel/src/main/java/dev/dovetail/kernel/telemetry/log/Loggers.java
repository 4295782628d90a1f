package dev.dovetail.kernel.telemetry.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the process's {@link System.Logger}s, whose lines go to standard error.
 *
 * <p>The JDK finds this class by itself and asks it from any thread. Logging never waits for standard error: lines are
 * queued, and those for which there is no room are counted and dropped.
 */
public final class Loggers extends System.LoggerFinder {
    private static final int MOST_KEPT = 10_000;

    private static final LogQueue QUEUE =
            new LogQueue(new FileOutputStream(FileDescriptor.err), 8_192, 8 << 20, Loggers::notice);
    private static final Map<String, NamedLogger> MADE = new ConcurrentHashMap<>();
    private static volatile LogSettings settings = LogSettings.initial();

    /** For the JDK's service loader. */
    public Loggers() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return named(name);
    }

    static NamedLogger named(String name) {
        NamedLogger found = MADE.get(name);
        if (found != null) {
            return found;
        }
        NamedLogger made = new NamedLogger(name, QUEUE::offer, () -> settings);
        // whoever makes up names without end gets loggers that nobody keeps
        return MADE.size() < MOST_KEPT ? MADE.computeIfAbsent(name, _ -> made) : made;
    }

    /** Changes what is logged and how, for loggers that are there and those to come. */
    public static void apply(LogSettings wanted) {
        settings = wanted;
    }

    /** From now on what libraries say through the JDK's older logging is written here too. */
    public static void adoptLibraries() {
        LibraryLogs.take();
    }

    /** How many lines were dropped because standard error did not keep up. */
    public static long dropped() {
        return QUEUE.dropped();
    }

    /** Waits until the lines that were logged so far are written, but no longer than this; says whether they are. */
    public static boolean flush(Duration patience) {
        return QUEUE.flush(patience);
    }

    private static byte[] notice(long lost) {
        return LogLine.of(
                        Instant.now(),
                        System.Logger.Level.WARNING,
                        Loggers.class.getName(),
                        lost + " lines were dropped: standard error did not keep up",
                        LogContext.NONE)
                .bytes(settings.format());
    }
}
