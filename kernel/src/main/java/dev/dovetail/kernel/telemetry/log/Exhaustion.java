package dev.dovetail.kernel.telemetry.log;

import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * What happens when the heap is full where nobody can say which call it was: the process ends, so that whatever
 * supervises it starts it anew. A thread of the store's or the kernel's own that died would not come back, and the rest
 * would go on without it and answer as if nothing were wrong.
 */
public final class Exhaustion {
    /** What the process ends with: the same as the JVM's own {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int STATUS = 3;

    private static final Duration FOR_THE_LOG = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel");

    private Exhaustion() {}

    /**
     * Ends the process, without its shutdown hooks, if that is what was thrown; returns otherwise.
     *
     * @param whose the thread that it was thrown on, for the log
     */
    public static void check(String whose, Throwable thrown) {
        if (!(thrown instanceof OutOfMemoryError)) {
            return;
        }
        try {
            LOG.log(
                    Level.ERROR,
                    whose + " found no memory (" + thrown.getMessage() + "); the process ends with status " + STATUS
                            + ", to be started again. See \"Memory\" in the operators' guide");
            Loggers.flush(FOR_THE_LOG);
        } catch (OutOfMemoryError full) {
            // it ends without a word
        } finally {
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
