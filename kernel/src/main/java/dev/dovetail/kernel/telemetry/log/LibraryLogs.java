package dev.dovetail.kernel.telemetry.log;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Brings home what libraries say through the JDK's older logging, whose own handler would write to standard error past
 * us. Nothing else of ours may use that interface.
 */
final class LibraryLogs extends Handler {
    private static final SimpleFormatter WORDS = new SimpleFormatter();

    private LibraryLogs() {}

    /** Takes the place of every handler that is installed. */
    static void take() {
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler each : root.getHandlers()) {
            root.removeHandler(each);
        }
        root.addHandler(new LibraryLogs());
    }

    @Override
    public void publish(LogRecord record) {
        String name = record.getLoggerName() == null ? "library" : record.getLoggerName();
        NamedLogger logger = Loggers.named(name);
        System.Logger.Level level = level(record.getLevel());
        if (logger.isLoggable(level)) {
            logger.log(level, WORDS.formatMessage(record), record.getThrown());
        }
    }

    private static System.Logger.Level level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return System.Logger.Level.ERROR;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return System.Logger.Level.WARNING;
        }
        if (level.intValue() >= Level.INFO.intValue()) {
            return System.Logger.Level.INFO;
        }
        return level.intValue() >= Level.FINE.intValue() ? System.Logger.Level.DEBUG : System.Logger.Level.TRACE;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
