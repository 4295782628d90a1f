package dev.dovetail.kernel.host;

import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostNote;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What one attempt says that nobody waits for: its log lines, as many as are kept, and how far it is. Thread-safe. */
public final class Notes {
    private static final int MOST_LINES = 1000;
    private static final int MOST_LOGGED = 64 * 1024;

    private final Disclosed disclosed;
    private final InstantSource clock;
    private final Function<HostNote.Measure, Optional<String>> measures;
    private final List<LogLine> logs = new ArrayList<>(0);
    private int logged;
    private volatile boolean complained;
    private volatile Optional<Said> said = Optional.empty();

    /** How far the code was at a time, from 0 to 1. */
    public record Said(Instant at, double fraction, String message) {}

    /**
     * @param disclosed what is taken out of every line
     * @param measures takes what is measured; answers why it was not kept, if it was not
     */
    public Notes(Disclosed disclosed, InstantSource clock, Function<HostNote.Measure, Optional<String>> measures) {
        this.disclosed = disclosed;
        this.clock = clock;
        this.measures = measures;
    }

    public void take(HostNote note) {
        switch (note) {
            case HostNote.Log log -> log(log);
            case HostNote.Progress progress ->
                said = Optional.of(new Said(
                        clock.instant(), Math.clamp(progress.fraction(), 0, 1), disclosed.conceal(progress.message())));
            case HostNote.Measure measure -> measures.apply(measure).ifPresent(why -> complain(measure, why));
        }
    }

    /** Whoever measures is not answered; the log says it, once. */
    private void complain(HostNote.Measure measure, String why) {
        if (!complained) {
            complained = true;
            String name =
                    measure.metric().substring(0, Math.min(measure.metric().length(), 100));
            log(new HostNote.Log(
                    System.Logger.Level.WARNING, "The metric \"" + name + "\" is not kept. " + why, Bytes.utf8("{}")));
        }
    }

    public void print(String line) {
        log(new HostNote.Log(System.Logger.Level.INFO, line, Bytes.utf8("{}")));
    }

    private void log(HostNote.Log log) {
        synchronized (logs) {
            if (logs.size() >= MOST_LINES || logged >= MOST_LOGGED) {
                return;
            }
            String message = disclosed.conceal(log.message());
            String fields = disclosed.conceal(log.fields().text());
            int room = MOST_LOGGED - logged;
            if (message.length() + fields.length() > room) {
                message = message.substring(0, Math.min(message.length(), room)) + "...";
                fields = "{}";
                logged = MOST_LOGGED;
            }
            logged += message.length() + fields.length();
            logs.add(new LogLine(clock.instant(), level(log.level()), message, fields));
            if (logs.size() == MOST_LINES || logged >= MOST_LOGGED) {
                logs.add(new LogLine(clock.instant(), "warning", "Further lines of this execution are not kept", "{}"));
            }
        }
    }

    private static String level(System.Logger.Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    /** What was logged so far. */
    public List<LogLine> logs() {
        synchronized (logs) {
            return List.copyOf(logs);
        }
    }

    /** What the code last said of how far it is, if it said anything. */
    public Optional<Said> said() {
        return said;
    }
}
