package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.Duration;

/**
 * How much a node takes upon itself.
 *
 * @param carried how many executions it carries at once
 * @param queued how many wait for that at once before no more are taken on; 0 for as many as come
 * @param longest no execution takes longer, whatever its function says
 * @param journals how much memory the journals of what it carries take together; 0 for a share of its own
 * @param paused whether it owns nothing, and so carries nothing, before it is resumed
 */
public record Bounds(int carried, int queued, Duration longest, long journals, boolean paused) {
    public Bounds {
        journals = journals == 0 ? Desk.of(Runtime.getRuntime().maxMemory()) : journals;
    }

    Desk desk(Telemetry telemetry) {
        return Desk.shown(journals, telemetry);
    }
}
