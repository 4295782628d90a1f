package dev.dovetail.kernel.telemetry.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
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

    // where there is no room for anything, looking these up would fail too
    private static final Runtime PROCESS = Runtime.getRuntime();
    private static final OutputStream STANDARD_ERROR = new FileOutputStream(FileDescriptor.err);
    private static final byte[] LAST_WORDS =
            ("There is no memory left for a line in the log; the process ends with status " + STATUS
                            + ", to be started again. See \"Memory\" in the operators' guide\n")
                    .getBytes(StandardCharsets.UTF_8);

    private Exhaustion() {}

    /**
     * From now on the process ends with any platform thread that finds no memory, also with the JDK's and libraries' own:
     * those that tell virtual threads of their sockets, or that a process has ended, are not made anew either. For
     * whoever has the process for itself.
     */
    public static void watch() {
        Thread.setDefaultUncaughtExceptionHandler(Exhaustion::died);
    }

    private static void died(Thread thread, Throwable why) {
        if (!thread.isVirtual()) {
            check(thread, why);
        }
        LOG.log(Level.ERROR, "The thread " + thread.getName() + " died", why);
    }

    /** Ends the process, without its shutdown hooks, if that is what ended this thread; returns otherwise. */
    public static void check(Thread thread, Throwable thrown) {
        end(thread, thrown);
    }

    /**
     * The same.
     *
     * @param whose the thread that it was thrown on, for the log; made before there was too little memory
     */
    public static void check(String whose, Throwable thrown) {
        end(whose, thrown);
    }

    /** @param whose a thread, or words */
    private static void end(Object whose, Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            // even a constant text takes memory when it is first used, so nothing is before the "try"
            try {
                say(whose instanceof Thread thread ? "The thread " + thread.getName() : whose.toString(), thrown);
            } catch (OutOfMemoryError full) {
                sayLittle();
            } finally {
                PROCESS.halt(STATUS);
            }
        }
    }

    private static void say(String whose, Throwable thrown) {
        LOG.log(
                Level.ERROR,
                whose + " found no memory (" + thrown.getMessage() + "); the process ends with status " + STATUS
                        + ", to be started again. See \"Memory\" in the operators' guide");
        Loggers.flush(FOR_THE_LOG);
    }

    private static void sayLittle() {
        try {
            STANDARD_ERROR.write(LAST_WORDS);
        } catch (IOException e) {
            // nobody reads it
        }
    }
}
