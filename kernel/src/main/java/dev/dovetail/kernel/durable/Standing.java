package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.record.ExecutionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where an open execution stands.
 *
 * @param attempt the one under way or due, from 1
 * @param due when it goes on by itself; what is under way goes on at once, wherever it is found
 * @param why what it waits for, in one word: {@code timer}, {@code event}, {@code approval}, {@code child}, {@code retry}, {@code paused}, {@code held}, {@code gate},
 *     {@code platform}; empty text if it does not wait
 * @param segments how many segments its journal has
 * @param events the types of events under which the store lists it as waiting
 * @param cut how often it was begun and maybe cut off by the end of its process
 */
record Standing(
        ExecutionStatus status,
        int attempt,
        Instant due,
        String why,
        int segments,
        Optional<Instant> startedAt,
        int platformFailures,
        List<String> events,
        Cut cut) {

    /**
     * How often it was begun where a process had ended before, without getting any further since.
     *
     * @param answers how many answers it had then
     */
    record Cut(int times, int answers) {
        static final Cut NONE = new Cut(0, 0);
        /** How often a process must end with it alone before it is taken for the cause. */
        static final int ALONE = 2;

        /** Before another attempt: one that was taken for the cause is again when it ends the process once more. */
        private Cut again() {
            return times > ALONE ? new Cut(ALONE, answers) : times > 1 ? new Cut(1, answers) : this;
        }
    }

    private static final String PAUSED = "paused";
    private static final String HELD = "held";

    Standing {
        events = List.copyOf(events);
    }

    static Standing queued(Instant due) {
        return new Standing(ExecutionStatus.QUEUED, 1, due, "", 0, Optional.empty(), 0, List.of(), Cut.NONE);
    }

    /** It is carried, and whoever takes over goes on with it at once. */
    Standing running(Instant now) {
        return new Standing(
                ExecutionStatus.RUNNING,
                attempt,
                due.isBefore(now) ? due : now,
                "",
                segments,
                startedAt.or(() -> Optional.of(now)),
                platformFailures,
                events,
                cut);
    }

    Standing with(int segmentCount) {
        return new Standing(status, attempt, due, why, segmentCount, startedAt, platformFailures, events, cut);
    }

    /** It was paused: what is in the queue stays there. */
    Standing paused(Instant until) {
        return status == ExecutionStatus.QUEUED ? putOff(status, until, PAUSED) : waiting(until, PAUSED);
    }

    /** Its function or tenant is paused; what was under way when its owner was lost is in the queue again. */
    Standing held(Instant until) {
        return putOff(status == ExecutionStatus.RUNNING ? ExecutionStatus.QUEUED : status, until, HELD);
    }

    /** It was paused or held, and goes on at once. */
    Standing released(Instant now) {
        return putOff(status, now, "");
    }

    Standing cut(Cut next) {
        return new Standing(status, attempt, due, why, segments, startedAt, platformFailures, events, next);
    }

    boolean isPaused() {
        return why.equals(PAUSED);
    }

    boolean isHeld() {
        return why.equals(HELD);
    }

    private Standing putOff(ExecutionStatus as, Instant until, String reason) {
        return new Standing(as, attempt, until, reason, segments, startedAt, platformFailures, events, cut);
    }

    /** It has got somewhere, and waits; what the platform failed before is forgotten. */
    Standing waiting(Instant until, String reason) {
        return new Standing(
                ExecutionStatus.SUSPENDED, attempt, until, reason, segments, startedAt, 0, events, Cut.NONE);
    }

    Standing expecting(List<String> types) {
        return new Standing(status, attempt, due, why, segments, startedAt, platformFailures, types, cut);
    }

    Standing ended(ExecutionStatus end, Instant now) {
        return new Standing(end, attempt, now, "", segments, startedAt, 0, List.of(), Cut.NONE);
    }

    Standing compensating(Instant now) {
        return new Standing(
                ExecutionStatus.COMPENSATING,
                attempt,
                due.isBefore(now) ? due : now,
                "",
                segments,
                startedAt,
                platformFailures,
                events,
                Cut.NONE);
    }

    /** What is to be called at its end was, and tells of its own. */
    Standing handled(Instant look) {
        return putOff(ExecutionStatus.COMPENSATING, look, "child");
    }

    Standing again(Instant at, boolean platform) {
        return new Standing(
                ExecutionStatus.QUEUED,
                platform ? attempt : attempt + 1,
                at,
                platform ? "platform" : "retry",
                segments,
                startedAt,
                platform ? platformFailures + 1 : platformFailures,
                events,
                cut.again());
    }
}
