package dev.dovetail.worker;

import dev.dovetail.spi.Fault;
import dev.dovetail.worker.json.JsonText;
import dev.dovetail.worker.sandbox.Cell;
import java.util.List;
import java.util.Optional;

/**
 * Why a worker is no more.
 *
 * @param said in words that follow "The worker"
 */
record Ending(Cause cause, String said) {
    enum Cause {
        /** The kernel closed it. */
        CLOSED,
        /** It went by itself. */
        GONE,
        /** It did what workers must not do. */
        MISBEHAVED,
        /** A call that runs in it did not stop when it was told to. */
        STUCK
    }

    /**
     * What a call that it cut short fails with.
     *
     * @param end how the process ended, if it is known
     * @param last lines that it wrote, redacted
     * @param peakBytes the most memory that it held at once, if that is known
     */
    Fault fault(
            Optional<Cell.End> end, List<String> last, boolean outOfMemory, int memoryMb, Optional<Long> peakBytes) {
        if (cause == Cause.CLOSED) {
            return Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The instance was closed during the call");
        }
        if (cause == Cause.STUCK) {
            return Fault.of(
                    Fault.PLATFORM,
                    Fault.Owner.PLATFORM,
                    "The worker was ended because another call in it did not stop when it was told to");
        }
        if (outOfMemory || end.map(Cell.End::memory).orElse(false)) {
            return Faults.memory("", memoryMb, peakBytes, Optional.empty());
        }
        JsonText details = new JsonText().object();
        end.ifPresent(how -> details.field("exitStatus", how.status()));
        details.key("lastLines").value(last).end();
        String words = cause == Cause.GONE ? end.map(Cell.End::said).orElse(said) : "was ended: " + said;
        return new Fault(Fault.CRASHED, Fault.Owner.FUNCTION, "The worker " + words, details.bytes(), Optional.empty());
    }
}
