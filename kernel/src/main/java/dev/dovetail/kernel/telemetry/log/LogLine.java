package dev.dovetail.kernel.telemetry.log;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;

/** One thing that was logged, on its way to become bytes: at most {@value #MOST_BYTES} of them. */
record LogLine(
        Instant time, Level level, String logger, String message, LogContext context, Optional<Throwable> thrown) {
    static final int MOST_BYTES = 16 << 10;

    private static final int NAME_BYTES = 256;
    private static final int MESSAGE_BYTES = 8 << 10;
    private static final int STACK_BYTES = 5 << 10;
    private static final int WORDS_LENGTH = 400;
    private static final int FIRST_FRAMES = 20;
    private static final int FURTHER_FRAMES = 8;
    private static final int MOST_CAUSES = 6;
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    static LogLine of(Instant time, Level level, String logger, String message, LogContext context) {
        return new LogLine(time, level, logger, message, context, Optional.empty());
    }

    byte[] bytes(LogSettings.Format format) {
        String line = switch (format) {
            case JSON -> json();
            case TEXT -> text();
        };
        return line.getBytes(StandardCharsets.UTF_8);
    }

    private String json() {
        LineText line = new LineText(message.length() + 256);
        line.raw("{\"time\":\"")
                .raw(TIME.format(time))
                .raw("\",\"level\":\"")
                .raw(word())
                .raw("\"");
        line.field("logger", logger, NAME_BYTES);
        line.field("message", message, MESSAGE_BYTES);
        idsTo(line::field);
        thrown.ifPresent(t -> line.field("error", stack(t), STACK_BYTES));
        return line.raw("}\n").toString();
    }

    private String text() {
        LineText line = new LineText(message.length() + 128);
        line.raw(TIME.format(time)).raw(" ").raw(word()).raw(" ".repeat(6 - word().length()));
        line.plain(shortLogger(), NAME_BYTES).raw("  ").plain(message, MESSAGE_BYTES);
        StringBuilder ids = new StringBuilder();
        idsTo((name, value, _) -> ids.append(' ').append(name).append('=').append(value));
        line.plain(ids.toString(), 7 * NAME_BYTES).raw("\n");
        thrown.ifPresent(t -> {
            String stack = stack(t);
            String most = stack.substring(0, Math.min(stack.length(), STACK_BYTES / 2));
            most.lines().forEach(each -> line.plain("    " + each, NAME_BYTES).raw("\n"));
        });
        return line.toString();
    }

    private String shortLogger() {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private String word() {
        return switch (level) {
            case ALL, TRACE -> "trace";
            case DEBUG -> "debug";
            case INFO -> "info";
            case WARNING -> "warn";
            case ERROR, OFF -> "error";
        };
    }

    private interface IdTo {
        void accept(String name, String value, int mostBytes);
    }

    private void idsTo(IdTo to) {
        id(to, "tenant", context.tenant());
        id(to, "function", context.function());
        id(to, "version", context.version());
        id(to, "executionId", context.executionId());
        id(to, "traceId", context.traceId());
        id(to, "requestId", context.requestId());
    }

    private static void id(IdTo to, String name, String value) {
        if (!value.isEmpty()) {
            to.accept(name, value, NAME_BYTES);
        }
    }

    /** Each cause with the frames nearest to it: what is told of a long chain must reach its end. */
    private static String stack(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            text.append(depth == 0 ? "" : "Caused by: ").append(words(cause)).append('\n');
            StackTraceElement[] frames = cause.getStackTrace();
            int most = depth == 0 ? FIRST_FRAMES : FURTHER_FRAMES;
            for (int i = 0; i < Math.min(most, frames.length); i++) {
                text.append("\tat ").append(frames[i]).append('\n');
            }
            if (frames.length > most) {
                text.append("\t... ").append(frames.length - most).append(" more\n");
            }
            cause = cause.getCause();
        }
        return text.toString();
    }

    private static String words(Throwable thrown) {
        try {
            String words = thrown.toString();
            return words.length() <= WORDS_LENGTH ? words : words.substring(0, WORDS_LENGTH) + "...";
        } catch (RuntimeException e) {
            // an exception whose own message throws must not silence the line
            return thrown.getClass().getName() + ", which cannot print itself: "
                    + e.getClass().getName();
        }
    }
}
