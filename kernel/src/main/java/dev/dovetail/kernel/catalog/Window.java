package dev.dovetail.kernel.catalog;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.ObjectNode;

/**
 * A time in which more instances are kept: it opens at each minute that its cron expression has and stays open for a while.
 * Minutes that a zone's clocks skip do not come, and those that come twice open it twice. Thread-safe.
 */
public final class Window {
    static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration USUAL = Duration.ofMinutes(1);

    private final Cron cron;
    private final ZoneId zone;
    private final Duration open;
    private final int min;
    private volatile Seen seen = new Seen(Instant.MIN, false);

    /** What was found for a minute: whoever asks, asks every second. */
    private record Seen(Instant minute, boolean open) {}

    /** @param open whole minutes, at most {@link #LONGEST} */
    Window(Cron cron, ZoneId zone, Duration open, int min) {
        this.cron = cron;
        this.zone = zone;
        this.open = open;
        this.min = min;
    }

    /** How many instances there are at least while it is open. */
    public int min() {
        return min;
    }

    /** Whether it is open at this time. */
    public boolean open(Instant now) {
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        Seen last = seen;
        if (!last.minute.equals(minute)) {
            last = new Seen(minute, look(minute));
            seen = last;
        }
        return last.open;
    }

    private boolean look(Instant minute) {
        for (long back = 0; back < open.toMinutes(); back++) {
            if (cron.matches(minute.minus(back, ChronoUnit.MINUTES).atZone(zone))) {
                return true;
            }
        }
        return false;
    }

    void json(ObjectNode json) {
        json.put("cron", cron.text()).put("timezone", zone.getId()).put("min", min);
        if (!open.equals(USUAL)) {
            json.put("duration", open.toString());
        }
    }
}
