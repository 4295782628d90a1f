package dev.dovetail.kernel.telemetry.log;

import java.text.MessageFormat;
import java.time.Instant;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A logger of one name, which makes each line on the thread that logs it. */
final class NamedLogger implements System.Logger {
    private final String name;
    private final Consumer<byte[]> out;
    private final Supplier<LogSettings> settings;
    private volatile Decided decided;

    /** The level that settings gave this logger, so that it is looked up once for each settings. */
    private record Decided(LogSettings by, int severity) {}

    NamedLogger(String name, Consumer<byte[]> out, Supplier<LogSettings> settings) {
        this.name = name;
        this.out = out;
        this.settings = settings;
        this.decided = decide(settings.get());
    }

    private Decided decide(LogSettings by) {
        return new Decided(by, by.of(name).getSeverity());
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        LogSettings now = settings.get();
        Decided last = decided;
        if (last.by != now) {
            last = decide(now);
            decided = last;
        }
        return level != Level.OFF && level.getSeverity() >= last.severity;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
        if (isLoggable(level)) {
            write(level, localized(bundle, message), Optional.ofNullable(thrown));
        }
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
        if (isLoggable(level)) {
            write(level, formatted(localized(bundle, format), parameters), Optional.empty());
        }
    }

    private void write(Level level, String message, Optional<Throwable> thrown) {
        LogLine line = new LogLine(Instant.now(), level, name, message, LogContext.current(), thrown);
        out.accept(line.bytes(settings.get().format()));
    }

    private static String localized(ResourceBundle bundle, String message) {
        if (bundle == null || message == null) {
            return String.valueOf(message);
        }
        try {
            return bundle.getString(message);
        } catch (MissingResourceException | ClassCastException _) {
            return message;
        }
    }

    private static String formatted(String format, Object[] parameters) {
        if (parameters == null || parameters.length == 0) {
            return format;
        }
        try {
            return MessageFormat.format(format, parameters);
        } catch (IllegalArgumentException _) {
            // a message with stray braces is better than none
            return format;
        }
    }
}
