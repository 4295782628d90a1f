package dev.dovetail.kernel.telemetry.log;

import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Map;

/**
 * What is logged, and how.
 *
 * @param levels by the beginning of a logger's name; the longest that fits decides, the empty text is for all
 */
public record LogSettings(Format format, Map<String, Level> levels) {
    /** The shape of a line. */
    public enum Format {
        JSON,
        TEXT
    }

    public LogSettings {
        levels = Map.copyOf(levels);
    }

    /**
     * Before a configuration was read: the system properties {@code dovetail.log.level} and {@code dovetail.log.format}
     * say, of which the launcher sets the second when standard error is a terminal.
     */
    static LogSettings initial() {
        try {
            return new LogSettings(
                    format(System.getProperty("dovetail.log.format", "json")),
                    usual(level(System.getProperty("dovetail.log.level", "info"))));
        } catch (IllegalArgumentException _) {
            // nobody could be told: this is how anything is told
            return new LogSettings(Format.JSON, usual(Level.INFO));
        }
    }

    /** This level for all, but no chatter of libraries: from them, warnings. */
    public static Map<String, Level> usual(Level level) {
        Level libraries =
                level.getSeverity() > Level.DEBUG.getSeverity() && level.getSeverity() < Level.WARNING.getSeverity()
                        ? Level.WARNING
                        : level;
        return Map.of("", libraries, "dev.dovetail", level);
    }

    /** The format that this word names: {@code json} or {@code text}. */
    public static Format format(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "json" -> Format.JSON;
            case "text" -> Format.TEXT;
            default -> throw new IllegalArgumentException("Not a log format: \"" + word + "\"; expected json or text");
        };
    }

    /** The level that this word names: {@code trace, debug, info, warning, error} or {@code off}. */
    public static Level level(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "all" -> Level.ALL;
            case "trace" -> Level.TRACE;
            case "debug" -> Level.DEBUG;
            case "info" -> Level.INFO;
            case "warn", "warning" -> Level.WARNING;
            case "error" -> Level.ERROR;
            case "off" -> Level.OFF;
            default ->
                throw new IllegalArgumentException(
                        "Not a log level: \"" + word + "\"; expected trace, debug, info, warning, error or off");
        };
    }

    Level of(String logger) {
        Level found = Level.INFO;
        int longest = -1;
        for (Map.Entry<String, Level> each : levels.entrySet()) {
            String start = each.getKey();
            if (start.length() > longest && begins(logger, start)) {
                longest = start.length();
                found = each.getValue();
            }
        }
        return found;
    }

    private static boolean begins(String logger, String start) {
        return start.isEmpty()
                || logger.startsWith(start)
                        && (logger.length() == start.length() || logger.charAt(start.length()) == '.');
    }
}
